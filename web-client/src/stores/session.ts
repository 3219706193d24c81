/** Who is signed in, and which district's screens they see. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  getInfo,
  getSession,
  pair as postCode,
  signIn as postSession,
  signOut as deleteSession,
  Unreachable,
} from '@/api'
import type { SignedIn, TileSource } from '@/api'
import { inTime, lastWho, wipe } from '@/live'
import { Refused, type District, type Member } from '@/protocol'
import { ACTIVE, IDLE_MS } from './idle'

/** What kind of session this browser has, for a start without a server. */
const SEAT = 'xunfang.seat'
/** A network that swallows everything gives no failure for minutes. */
const ANSWER_WITHIN_MS = 4_000
/** The district of those who keep the whole installation. */
const INSTALLATION = 'installation'

export const useSession = defineStore('session', () => {
  const member = shallowRef<Member | null>(null)
  const districts = shallowRef<District[]>([])
  const demoServer = ref(false)
  /** Whether this is a console's session, which ends when nobody is there. */
  const console = ref(false)
  /** Whether a one-time password must be replaced before anything else. */
  const mustChange = ref(false)
  /** Whether who is signed in is only remembered here: no server has said so since. */
  const unproven = ref(false)
  /** Whether one signs in with a code here, and not with a password. */
  const pairing = ref(false)
  /** The basemap of this installation, if it has one. */
  const tiles = shallowRef<TileSource | null>(null)
  /** The district that an administrator of the installation works at. */
  const chosen = ref<string | null>(null)
  let restored: Promise<true> | null = null

  const district = computed(
    () =>
      districts.value.find(({ id }) => id === (chosen.value ?? member.value?.district)) ??
      districts.value[0] ??
      null,
  )
  /** Whether somebody keeps the whole installation, which is no district. */
  const keepsAll = computed(() => member.value?.district === INSTALLATION)
  /** Where accounts are kept; without a district, at the installation itself. */
  const keptDistrict = computed(() => district.value?.id ?? INSTALLATION)
  const demo = computed(() => demoServer.value || district.value?.demo === true)

  /** Who the link says is signed in now: a role may be another. */
  function take(who: { member: Member; districts: District[] }): void {
    member.value = who.member
    districts.value = who.districts
  }

  function begin(signedIn: SignedIn): Member {
    console.value = signedIn.kind === 'console'
    localStorage.setItem(SEAT, signedIn.kind)
    unproven.value = false
    mustChange.value = signedIn.must_change_password
    take(signedIn)
    return signedIn.member
  }

  /** Takes what somebody is from now on, when it is who is signed in. */
  function change(changed: Member): void {
    if (changed.id === member.value?.id) member.value = changed
  }

  /** Asks once who the cookie belongs to; nobody is an answer. Without a server, whoever was seen
   *  here last stands in; whoever waits for nobody is told. */
  async function restore(): Promise<void> {
    const asked = (restored ??= ask())
    // The screen stands already; the answer follows.
    if (unproven.value) return void asked.catch(() => undefined)
    const answered = await inTime(asked, ANSWER_WITHIN_MS).catch(() => undefined)
    if (answered === undefined && !(await remember())) throw new Unreachable('no answer')
  }

  async function ask(): Promise<true> {
    try {
      await Promise.all([getSession().then(begin).catch(nobody), readInfo()])
      return true
    } catch (error) {
      restored = null
      throw error
    }
  }

  async function remember(): Promise<boolean> {
    const who = await lastWho()
    if (who === null) return false
    console.value = localStorage.getItem(SEAT) === 'console'
    // The server has ended this session, or would: what was seen is not for whoever sits here now.
    if (console.value && !(await wasActive())) return false
    take(who)
    unproven.value = true
    return true
  }

  async function readInfo(): Promise<void> {
    const info = await getInfo()
    demoServer.value = info.demo
    pairing.value = info.pairing
    tiles.value = info.tiles
  }

  async function signIn(username: string, password: string): Promise<Member> {
    return begin(await postSession(username, password))
  }

  /** Signs in with a code that the demo's terminal shows. */
  async function pair(code: string): Promise<Member> {
    return begin(await postCode(code))
  }

  async function signOut(): Promise<void> {
    await deleteSession()
    forget()
    // The page is loaded anew right after.
    await wipe()
  }

  function choose(id: string): void {
    chosen.value = id
  }

  function addDistrict(added: District): void {
    districts.value = [...districts.value, added]
    choose(added.id)
  }

  /** Nobody is signed in: nothing that they saw stays, here or on disk. */
  function forget(): void {
    void wipe()
    unproven.value = false
    member.value = null
    districts.value = []
    chosen.value = null
  }

  return {
    member,
    districts,
    district,
    keepsAll,
    keptDistrict,
    choose,
    addDistrict,
    demo,
    console,
    mustChange,
    unproven,
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

/** Whether somebody was at this console lately; if not, nothing stays of what they saw. */
async function wasActive(): Promise<boolean> {
  const active = Date.now() - Number(localStorage.getItem(ACTIVE)) < IDLE_MS
  if (!active) await wipe()
  return active
}

async function nobody(error: unknown): Promise<void> {
  if (!(error instanceof Refused && error.refusal.code === 'unauthenticated')) throw error
  // The page may have gone before all was wiped.
  await wipe()
}
