/** Who is signed in, and which district's screens they see. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { getInfo, getSession, signIn as postSession, signOut as deleteSession } from '@/api'
import type { SignedIn } from '@/api'
import { Refused, type District, type Member } from '@/protocol'

export const useSession = defineStore('session', () => {
  const member = shallowRef<Member | null>(null)
  const districts = shallowRef<District[]>([])
  const demoServer = ref(false)
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
    demoServer.value = (await getInfo()).demo
  }

  async function signIn(username: string, password: string): Promise<Member> {
    const signedIn = await postSession(username, password)
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

  return { member, district, demo, restore, signIn, signOut, forget, take }
})

function nobody(error: unknown): void {
  if (!(error instanceof Refused && error.refusal.code === 'unauthenticated')) throw error
}
