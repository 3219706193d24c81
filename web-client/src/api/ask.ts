/** The typed client of the HTTP API, and what becomes of its answers. */
import createClient from 'openapi-fetch'
import { Refused, type Code, type Refusal } from '@/protocol'
import type { paths } from './schema'

/** The server could not be reached; nothing is known of what it did. */
export class Unreachable extends Error {}

export const client = createClient<paths>({
  fetch: (request) =>
    fetch(request).catch(() => {
      throw new Unreachable('no answer')
    }),
})

interface Exchange<T> {
  data?: T
  error?: unknown
  response: Response
}

type Ear = (code: Code) => void
let heard: Ear = () => undefined

/** Has every refusal's code told, so that one place sees a session end. */
export function onRefusal(ear: Ear): void {
  heard = ear
}

/** What was answered. Throws `Refused` for a refusal and `Unreachable` without an answer. */
export async function said<T>(exchange: Promise<Exchange<T>>): Promise<T> {
  const { data, error, response } = await exchange
  if (response.ok) return data as T
  if (isRefusal(error)) {
    heard(error.code)
    throw new Refused(error)
  }
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`)
  throw new Refused({ code: 'internal', message: `status ${response.status}` })
}

/** A file and the name that the server gives it. */
export async function saidFile(
  exchange: Promise<Exchange<Blob>>,
): Promise<{ name: string; blob: Blob }> {
  const blob = await said(exchange)
  const disposition = (await exchange).response.headers.get('content-disposition') ?? ''
  const name = /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? 'export'
  return { name, blob }
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer
}
