/** Lists that an import fills, files that are brought in, and tables that are taken out. */
import { Refused } from '@/protocol'
import { client, said, saidFile, Unreachable } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
export type Imported = Schemas['Imported']
export type Coordinates = Schemas['Coordinates']
export type CoordinateQuestion = Schemas['CoordinateQuestion']
export type ImportAnswers = Schemas['ImportAnswers']
export type ImportPreview = Schemas['ImportPreview']
export type ImportResult = Schemas['ImportResult']
export type RowFault = Schemas['RowFault']
export type Severity = Schemas['Severity']
export type TableFormat = 'csv' | 'xlsx' | 'geojson'

/** What the server takes over HTTP; a larger file is imported on its command line. */
export const MAX_FILE_BYTES = 32 << 20

const at = (district: string, id: string) => ({ params: { path: { district, import: id } } })

export interface Sending {
  /** The part that has been sent, 0 to 1. */
  onSent: (part: number) => void
  signal: AbortSignal
}

/** Gives a file; nothing of it is stored yet. */
export async function giveFile(
  district: string,
  what: Imported,
  file: File,
  sending: Sending,
): Promise<ImportPreview> {
  if (file.size > MAX_FILE_BYTES) {
    throw new Refused({ code: 'too_large', message: `${file.size} bytes`, field: 'file' })
  }
  const query = new URLSearchParams({ what, name: file.name })
  const url = `/api/districts/${encodeURIComponent(district)}/imports?${query}`
  return said(post(url, file, sending))
}

/** By XMLHttpRequest, for `fetch` doesn't tell how much of a body has been sent. */
function post(url: string, file: File, { onSent, signal }: Sending) {
  return new Promise<{ data?: ImportPreview; error?: unknown; response: Response }>(
    (resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', url)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.responseType = 'json'
      request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0)
      request.upload.onload = () => onSent(1)
      request.onerror = () => reject(new Unreachable('no answer'))
      request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
      request.onload = () => {
        const response = new Response(null, { status: request.status })
        const body: unknown = request.response
        resolve(response.ok ? { data: body as ImportPreview, response } : { error: body, response })
      }
      signal.addEventListener('abort', () => request.abort())
      request.send(file)
    },
  )
}

export const previewImport = (district: string, id: string, answers: ImportAnswers) =>
  said(
    client.POST('/api/districts/{district}/imports/{import}/preview', {
      ...at(district, id),
      body: answers,
    }),
  )
export const commitImport = (district: string, id: string) =>
  said(client.POST('/api/districts/{district}/imports/{import}/commit', at(district, id)))
export const forgetImport = (district: string, id: string) =>
  said(client.DELETE('/api/districts/{district}/imports/{import}', at(district, id)))

export const getMembers = (
  district: string,
  query: { q?: string; after?: string; limit: number },
) =>
  said(client.GET('/api/districts/{district}/members', { params: { path: { district }, query } }))

export const getIncidents = (
  district: string,
  query: { from?: string; to?: string; after?: string; limit: number },
) =>
  said(client.GET('/api/districts/{district}/incidents', { params: { path: { district }, query } }))

/** All of a table that the member may see, as a file. */
export const downloadTable = (district: string, table: Imported, format: TableFormat) =>
  saidFile(
    client.GET('/api/districts/{district}/tables/{table}', {
      params: { path: { district, table }, query: { format } },
      parseAs: 'blob',
    }),
  )
