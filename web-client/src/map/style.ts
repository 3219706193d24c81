/** The map's own style: no tiles, no sprites, no glyphs from afar; text is drawn with local fonts. */
import type { StyleSpecification } from 'maplibre-gl'

/** Colours beside the forces' are neutral. */
export const COLOURS = {
  back: '#10151a',
  grid: '#1b242d',
  gridHover: '#2c3844',
  gridLine: '#46545f',
  text: '#c3ccd5',
  halo: '#10151a',
  mark: '#e9eef3',
  street: '#3b4853',
  place: '#aab6c2',
  cluster: '#33404c',
}

export const FONT = ['Noto Sans CJK SC']

/** Text on the map, readable over whatever lies below. */
export const LABEL = {
  'text-color': COLOURS.text,
  'text-halo-color': COLOURS.halo,
  'text-halo-width': 1.5,
}

/** Where layers go, from below to above; one that is switched on again comes back to its own place. */
const SLOTS = ['basemap', 'ground', 'streets', 'places', 'units', 'incidents', 'tools'] as const
export type Slot = (typeof SLOTS)[number]
/** The empty layer that closes a slot: what is added goes below it. */
export const endOf = (slot: Slot) => `end-${slot}`

export const STYLE: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [
    { id: 'back', type: 'background', paint: { 'background-color': COLOURS.back } },
    ...SLOTS.map((slot) => ({
      id: endOf(slot),
      type: 'background' as const,
      layout: { visibility: 'none' as const },
    })),
  ],
}

export const GRID_FILL = 'grid-fill'
export const UNIT_MARKS = 'unit-marks'
export const UNIT_CLUSTERS = 'unit-clusters'
export const INCIDENT_MARKS = 'incident-marks'
export const STATION_MARKS = 'station-marks'
export const CHECKPOINT_MARKS = 'checkpoint-marks'
