/** What the map draws beside micro-grids: stations, checkpoints and streets. */
import type { FeatureCollection, LineString } from 'geojson'
import type { Point } from '@/protocol'
import { client, said } from './ask'

export const STATION_KINDS = [
  'police_office',
  'mediation_room',
  'link_station',
  'mutual_aid',
  'self_government',
  'rally_point',
] as const
export type StationKind = (typeof STATION_KINDS)[number]

/** A fixed post that people know. */
export interface Station {
  id: string
  kind: StationKind
  name: string
  point: Point
  area: string | null
  grid: string | null
}

/** A place that a beat passes (巡更点). */
export interface Checkpoint {
  id: string
  name: string
  point: Point
  grid: string | null
  must_visit: boolean
}

export type StreetCollection = FeatureCollection<LineString, { id: string; name: string }>

const read = <T>(path: string) =>
  said(client.GET(path as never, {} as never) as Promise<{ data?: T; response: Response }>)

export const getStations = (id: string) => read<Station[]>(`/api/districts/${id}/stations`)
export const getCheckpoints = (id: string) => read<Checkpoint[]>(`/api/districts/${id}/checkpoints`)
/** The streets; the document leaves the shapes of GeoJSON to RFC 7946. */
export const getStreets = (id: string) => read<StreetCollection>(`/api/districts/${id}/streets`)
