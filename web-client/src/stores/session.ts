/** Who is signed in, and which district's screens they see. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  getInfo,
  getSession,
  pair as postCode,
  signIn as postSession,
  signOut as deleteSession,
} from '@/api'
import type { SignedIn, TileSource } from '@/api'
import { Refused, type District, type Member } from '@/protocol'

export const useSession = defineStore('session', () => {
  const member = shallowRef<Member | null>(null)
  const districts = shallowRef<District[]>([])
  const demoServer = ref(false)
  /** Whether one signs in with a code here, and not with a password. */
  const pairing = ref(false)
  /** The basemap of this installation, if it has one. */
  const tiles = shallowRef<TileSource | null>(null)
  let restored: Promise<void> | null = null

  const district = computed(
    () =>
      districts.value.find(({ id }) => id === member.value?.district) ?? districts.value[0] ?? null,
  )
  const demo = computed(() => demoServer.value || district.value?.demo === true)

  function take(signedIn: SignedIn): void {
    member.value = signedIn.member
    districts.value = signedIn.districts
  }

  /** Takes what somebody is from now on, when it is who is signed in. */
  function change(changed: Member): void {
    if (changed.id === member.value?.id) member.value = changed
  }

  /** Asks once who the cookie belongs to; nobody is an answer, no server is not. */
  function restore(): Promise<void> {
    restored ??= Promise.all([getSession().then(take).catch(nobody), readInfo()]).then(
      () => undefined,
      (error: unknown) => {
        restored = null
        throw error
      },
    )
    return restored
  }

  async function readInfo(): Promise<void> {
    const info = await getInfo()
    demoServer.value = info.demo
    pairing.value = info.pairing
    tiles.value = info.tiles
  }

  async function signIn(username: string, password: string): Promise<Member> {
    const signedIn = await postSession(username, password)
    take(signedIn)
    return signedIn.member
  }

  /** Signs in with a code that the demo's terminal shows. */
  async function pair(code: string): Promise<Member> {
    const signedIn = await postCode(code)
    take(signedIn)
    return signedIn.member
  }

  async function signOut(): Promise<void> {
    await deleteSession()
    forget()
  }

  function forget(): void {
    member.value = null
    districts.value = []
  }

  return {
    member,
    district,
    demo,
    pairing,
    tiles,
    restore,
    signIn,
    pair,
    signOut,
    forget,
    take,
    change,
  }
})

function nobody(error: unknown): void {
  if (!(error instanceof Refused && error.refusal.code === 'unauthenticated')) throw error
}
