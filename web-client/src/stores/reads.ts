/** Reads over HTTP; without a server, what this member read last stands in. */
import { Unreachable } from '@/api'
import { inTime, keepRead, lastRead } from '@/live'
import { useSession } from './session'

/** A network that swallows everything gives no failure for minutes. */
const ANSWER_WITHIN_MS = 5_000

export interface Read<T> {
  value: T
  /** It is what was read last; now may differ. */
  stale: boolean
}

export function useReads() {
  const session = useSession()

  /** `name` says what is read, each the same thing always. Throws what `ask` throws. */
  async function read<T>(name: string, ask: () => Promise<T>): Promise<Read<T>> {
    const member = session.member?.id ?? ''
    const asked = ask().then((value) => {
      void keepRead(member, name, value)
      return { value, stale: false }
    })
    asked.catch(() => undefined)
    const answer = await inTime(asked, ANSWER_WITHIN_MS).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error
    })
    if (answer) return answer
    const kept = await lastRead(member, name)
    return kept === undefined ? asked : { value: kept as T, stale: true }
  }

  return { read }
}
