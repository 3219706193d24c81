import { Refused, type Refusal } from '@/protocol'

/** The server could not be reached; nothing is known of what it did. */
export class Unreachable extends Error {}

/** One HTTP exchange of JSON. Throws `Refused` for a refusal and `Unreachable` without an answer. */
export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await exchange(method, path, body)
  return response.status === 204 ? (null as T) : ((await response.json()) as T)
}

/** A file and the name that the server gives it. */
export async function askFile(path: string): Promise<{ name: string; blob: Blob }> {
  const response = await exchange('GET', path)
  const disposition = response.headers.get('content-disposition') ?? ''
  const name = /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? 'export'
  return { name, blob: await response.blob() }
}

async function exchange(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body ? JSON.stringify(body) : null,
  }).catch(() => {
    throw new Unreachable('no answer')
  })
  if (response.ok) return response
  const answer: unknown = await response.json().catch(() => null)
  if (isRefusal(answer)) throw new Refused(answer)
  if (response.status >= 500) throw new Unreachable(`status ${response.status}`)
  throw new Refused({ code: 'internal', message: `status ${response.status}` })
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer
}
