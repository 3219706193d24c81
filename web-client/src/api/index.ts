/** What screens ask of the server over HTTP. A refusal is thrown as `Refused`. */
import type {
  District,
  Entry,
  Incident,
  Kind,
  Member,
  Message,
  Organisation,
  Team,
} from '@/protocol'
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import { ask, askFile } from './ask'

export { Unreachable } from './ask'

export interface Info {
  name: string
  version: string
  demo: boolean
}

export interface SignedIn {
  member: Member
  districts: District[]
}

export interface Area {
  code: string
  name: string
  kind: string
}

export interface GridProperties {
  code: string
  name: string
  kind: string
  area: string | null
  version: number
}

export type GridCollection = FeatureCollection<Polygon | MultiPolygon, GridProperties>
export type Outline = Feature<Polygon | MultiPolygon>
interface Page<T> {
  items: T[]
  next: string | null
}

const district = (id: string) => `/api/districts/${encodeURIComponent(id)}`

export const getInfo = () => ask<Info>('GET', '/api/info')
export const getSession = () => ask<SignedIn>('GET', '/api/session')
export const signIn = (username: string, password: string) =>
  ask<SignedIn>('POST', '/api/session', { username, password })
export const signOut = () => ask<null>('DELETE', '/api/session')
export const getAreas = (id: string) => ask<Area[]>('GET', `${district(id)}/areas`)
export const getKinds = (id: string) => ask<Kind[]>('GET', `${district(id)}/kinds`)
export const getTeams = (id: string) => ask<Team[]>('GET', `${district(id)}/teams`)
export const getOrganisations = (id: string) =>
  ask<Organisation[]>('GET', `${district(id)}/organisations`)
export const getGrids = (id: string) => ask<GridCollection>('GET', `${district(id)}/grids`)
export const getIncident = (id: string) =>
  ask<{ incident: Incident; timeline: Entry[] }>('GET', `/api/incidents/${encodeURIComponent(id)}`)
export const getMessages = (id: string, channel: string) =>
  ask<Page<Message>>('GET', `${district(id)}/messages?channel=${encodeURIComponent(channel)}`)

/** A week's table as a file, e.g. week `2026-W48`. */
export const downloadExport = (id: string, week: string, format: 'csv' | 'xlsx') =>
  askFile(`${district(id)}/export?week=${week}&format=${format}`)
