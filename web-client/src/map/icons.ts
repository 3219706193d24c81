/** Icons of fixed places, neutral: a hue would mean a force. */
import {
  IconBuildingCommunity,
  IconFlag,
  IconHeartHandshake,
  IconHome,
  IconMapPinCheck,
  IconScale,
  IconShield,
} from '@tabler/icons-vue'
import type { Map } from 'maplibre-gl'
import { h, render, type Component } from 'vue'
import type { StationKind } from '@/api/places'
import { canvas, pixels, put } from './marks'
import { COLOURS } from './style'

export const STATION_ICONS: Record<StationKind, Component> = {
  police_office: IconShield,
  mediation_room: IconScale,
  link_station: IconBuildingCommunity,
  mutual_aid: IconHeartHandshake,
  self_government: IconHome,
  rally_point: IconFlag,
}
export const CHECKPOINT_ICON: Component = IconMapPinCheck

const SIZE = 20
/** The side of the box in which the icons are drawn by their makers. */
const ICON_BOX = 24

export const stationMark = (kind: StationKind) => `station-${kind}`
export const checkpointMark = (mustVisit: boolean) => `checkpoint-${mustVisit ? 'must' : 'may'}`

function outlines(icon: Component): string[] {
  const host = document.createElement('div')
  render(h(icon), host)
  const paths = [...host.querySelectorAll('path')]
  render(null, host)
  return paths.map((path) => path.getAttribute('d') ?? '')
}

function drawIcon(icon: Component, { full }: { full: boolean }): ImageData {
  const context = canvas(SIZE, SIZE)
  context.beginPath()
  context.roundRect(0.75, 0.75, SIZE - 1.5, SIZE - 1.5, 4)
  context.fillStyle = full ? COLOURS.place : COLOURS.back
  context.fill()
  context.strokeStyle = COLOURS.place
  context.lineWidth = 1
  context.stroke()
  const scale = (SIZE - 6) / ICON_BOX
  context.translate(3, 3)
  context.scale(scale, scale)
  context.strokeStyle = full ? COLOURS.back : COLOURS.place
  context.lineWidth = 2
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const outline of outlines(icon)) context.stroke(new Path2D(outline))
  return pixels(context)
}

/** Adds the marks of stations by kind, and of checkpoints: filled when a lap must pass there. */
export function addPlaceMarks(map: Map): void {
  for (const [kind, icon] of Object.entries(STATION_ICONS))
    put(map, stationMark(kind as StationKind), drawIcon(icon, { full: false }))
  for (const must of [true, false])
    put(map, checkpointMark(must), drawIcon(CHECKPOINT_ICON, { full: must }))
}
