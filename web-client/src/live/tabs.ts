/**
 * The other tabs of this browser. Each tab sends what it made, so that a tab that sleeps holds
 * nobody up; what a tab left behind is taken over by another, under a lock so that one does. A page
 * without a secure context has no locks: it takes over what it finds, and ids keep that harmless.
 */
import { newId } from '@/protocol'

export const TAB = newId()

const lockOf = (tab: string) => `xunfang.tab.${tab}`
const locks = (): LockManager | undefined =>
  typeof navigator === 'undefined' ? undefined : navigator.locks

let held = false

/** Says that this tab lives, for as long as it does. */
function hold(): void {
  if (held || !locks()) return
  held = true
  void locks()?.request(lockOf(TAB), () => new Promise(() => undefined))
}

/** Runs `take` with the tabs that live, while no other tab does the same. */
export async function takeOver(take: (lives: (tab: string) => boolean) => Promise<void>) {
  hold()
  const manager = locks()
  if (!manager) return take((tab) => tab === TAB)
  await manager.request('xunfang.outbox', async () => {
    const { held: found = [] } = await manager.query()
    const living = new Set(found.map(({ name }) => name))
    await take((tab) => tab === TAB || living.has(lockOf(tab)))
  })
}

/** Tells other tabs of changes, and hears of theirs. */
export function openChannel(hear: (said: string[]) => void): (ids: string[]) => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const channel = new BroadcastChannel('xunfang.outbox')
  channel.onmessage = ({ data }: MessageEvent<string[]>) => hear(data)
  return (ids) => channel.postMessage(ids)
}
