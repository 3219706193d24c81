/** What a row of an admin table says, in the reader's language. */
import { useI18n } from 'vue-i18n'
import type { GridProperties } from '@/api'
import type { Imported } from '@/api/imports'
import type { Station } from '@/api/places'
import type { Incident, Member, Organisation } from '@/protocol'
import { usePlaces } from '@/stores/places'
import { useNames } from './useNames'
import { useTimes } from './useTimes'

export interface AdminRow {
  key: string
  cells: string[]
}

/** The columns of each table, by their messages under `admin.columns.`. */
export const COLUMNS: Record<Imported, readonly string[]> = {
  members: ['person', 'force', 'role', 'org', 'team', 'grid', 'id'],
  organisations: ['name', 'orgKind', 'grids', 'id'],
  stations: ['name', 'stationKind', 'grid', 'place', 'id'],
  grids: ['code', 'name', 'gridKind', 'area', 'version'],
  incidents: ['number', 'kind', 'state', 'level', 'grid', 'observed'],
}

const DIGITS = 5

export function useAdminRows() {
  const { t } = useI18n()
  const names = useNames()
  const places = usePlaces()
  const times = useTimes()
  const grid = (code: string | null | undefined) => (code ? names.grid(code) : '–')

  return {
    member: ({ id, name, force, role, org, team, grid: own }: Member): AdminRow => ({
      key: id,
      cells: [
        name,
        t(`force.${force}`),
        t(`role.${role}`),
        places.organisationsById.get(org)?.name ?? org,
        team ? names.team(team) : '–',
        grid(own),
        id,
      ],
    }),
    organisation: ({ id, name, kind, grids }: Organisation): AdminRow => ({
      key: id,
      cells: [name, t(`admin.orgKind.${kind}`), String(grids.length), id],
    }),
    station: ({ id, name, kind, grid: own, point: { lng, lat } }: Station): AdminRow => ({
      key: id,
      cells: [
        name,
        t(`map.layer.${kind}`),
        grid(own),
        `${lng.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`,
        id,
      ],
    }),
    grid: ({ code, name, kind, area, version }: GridProperties): AdminRow => ({
      key: code,
      cells: [
        code,
        name,
        kind || '–',
        places.areasByCode.get(area ?? '')?.name ?? area ?? '–',
        String(version),
      ],
    }),
    incident: (incident: Incident): AdminRow => ({
      key: incident.id,
      cells: [
        incident.number,
        names.kind(incident.kind_final ?? incident.kind_first),
        t(`state.${incident.state}`),
        incident.level ? t(`level.${incident.level}`) : '–',
        grid(incident.grid),
        times.full(incident.observed_ms),
      ],
    }),
  }
}
