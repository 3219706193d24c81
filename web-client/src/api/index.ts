/** What screens ask of the server over HTTP. A refusal is thrown as `Refused`. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import { client, said, saidFile } from './ask'
import type { components } from './schema'

export { onRefusal, Unreachable } from './ask'

type Schemas = components['schemas']
export type SignedIn = Schemas['Session']
export type Area = Schemas['Area']
export type TileSource = Schemas['TileSource']
export type GridProperties = Schemas['Grid']
export type GridCollection = FeatureCollection<Polygon | MultiPolygon, GridProperties>
export type Outline = Feature<Polygon | MultiPolygon>

const of = (district: string) => ({ params: { path: { district } } })

export const getInfo = () => said(client.GET('/api/info'))
export const getSession = () => said(client.GET('/api/session'))
export const signIn = (username: string, password: string) =>
  said(client.POST('/api/session', { body: { username, password } }))
export const pair = (code: string) => said(client.POST('/api/session/pair', { body: { code } }))
export const signOut = () => said(client.DELETE('/api/session'))
export const getAreas = (id: string) => said(client.GET('/api/districts/{district}/areas', of(id)))
export const getKinds = (id: string) => said(client.GET('/api/districts/{district}/kinds', of(id)))
export const getTeams = (id: string) => said(client.GET('/api/districts/{district}/teams', of(id)))
export const getOrganisations = (id: string) =>
  said(client.GET('/api/districts/{district}/organisations', of(id)))
export const getIncident = (incident: string) =>
  said(client.GET('/api/incidents/{incident}', { params: { path: { incident } } }))
export const getMessages = (district: string, channel: string) =>
  said(
    client.GET('/api/districts/{district}/messages', {
      params: { path: { district }, query: { channel } },
    }),
  )

/** The micro-grids; the document leaves the shapes of GeoJSON to RFC 7946. */
export const getGrids = (id: string) =>
  said(
    client.GET('/api/districts/{district}/grids', of(id)),
  ) as Promise<unknown> as Promise<GridCollection>

/** A week's table as a file, e.g. week `2026-W48`. */
export const downloadExport = (district: string, week: string, format: 'csv' | 'xlsx') =>
  saidFile(
    client.GET('/api/districts/{district}/export', {
      params: { path: { district }, query: { week, format } },
      parseAs: 'blob',
    }),
  )
