import { Refused, type Refusal } from '@/protocol'

/** The server could not be reached; nothing is known of what it did. */
export class Unreachable extends Error {}

/** One HTTP exchange of JSON. Throws `Refused` for a refusal and `Unreachable` without an answer. */
export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
  }).catch(() => {
    throw new Unreachable('no answer')
  })
  if (response.status === 204) return null as T
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok && answer !== null) return answer as T
  if (isRefusal(answer)) throw new Refused(answer)
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`)
  throw new Refused({ code: 'internal', message: `status ${response.status}` })
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer
}
