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
}

export const FONT = ['Noto Sans CJK SC']

export const STYLE: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: 'back', type: 'background', paint: { 'background-color': COLOURS.back } }],
}

export const GRID_FILL = 'grid-fill'
export const UNIT_MARKS = 'unit-marks'
export const INCIDENT_MARKS = 'incident-marks'
