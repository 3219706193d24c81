/** What the map draws beside micro-grids: stations, checkpoints and streets. */
import type { FeatureCollection, LineString } from 'geojson'
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
export type Station = Schemas['Station']
export type StationKind = Schemas['StationKind']
/** A place that a beat passes (巡更点). */
export type Checkpoint = Schemas['Checkpoint']
export type StreetCollection = FeatureCollection<LineString, { id: string; name: string }>

/** In the order in which they are listed. */
export const STATION_KINDS: readonly StationKind[] = [
  'police_office',
  'mediation_room',
  'link_station',
  'mutual_aid',
  'self_government',
  'rally_point',
]

const of = (district: string) => ({ params: { path: { district } } })

export const getStations = (id: string) =>
  said(client.GET('/api/districts/{district}/stations', of(id)))
export const getCheckpoints = (id: string) =>
  said(client.GET('/api/districts/{district}/checkpoints', of(id)))
/** The streets; the document leaves the shapes of GeoJSON to RFC 7946. */
export const getStreets = (id: string) =>
  said(
    client.GET('/api/districts/{district}/streets', of(id)),
  ) as Promise<unknown> as Promise<StreetCollection>
