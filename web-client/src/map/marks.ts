/** Marks drawn on canvases: a unit's force by hue and shape and its age by fill, an incident's level. */
import type { Map } from 'maplibre-gl'
import type { Age } from '@/composables/age'
import { SHAPES } from '@/composables/force-shapes'
import type { Force } from '@/protocol'
import { COLOURS } from './style'

const PIXEL_RATIO = 2
const UNIT_SIZE = 24
const PIN_WIDTH = 24
const PIN_HEIGHT = 30
const SOS_WIDTH = 40

export type DrawnAge = Exclude<Age, 'gone'>
const AGES: DrawnAge[] = ['fresh', 'ageing', 'old']

export const unitMark = (force: Force, age: DrawnAge) => `unit-${force}-${age}`
/** Overdue is told by red, which means 超时 and SOS alone. */
export const levelMark = (level: string | null, overdue = false) =>
  `level-${level ?? 'none'}${overdue ? '-overdue' : ''}`
export const SOS_MARK = 'sos'

export function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas')
  element.width = width * PIXEL_RATIO
  element.height = height * PIXEL_RATIO
  const context = element.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no canvas')
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  return context
}

export const pixels = (context: CanvasRenderingContext2D) =>
  context.getImageData(0, 0, context.canvas.width, context.canvas.height)

/** Solid when fresh, a ring while ageing, hollow when old. */
function drawUnit(force: Force, age: DrawnAge, hue: string): ImageData {
  const context = canvas(UNIT_SIZE, UNIT_SIZE)
  context.translate(UNIT_SIZE / 2, UNIT_SIZE / 2)
  const trace = (radius: number) => {
    context.beginPath()
    for (const [x, y] of SHAPES[force]) context.lineTo(x * radius, y * radius)
    context.closePath()
  }
  trace(11)
  context.fillStyle = COLOURS.back
  context.fill()
  trace(age === 'fresh' ? 9 : 8)
  context.strokeStyle = hue
  context.fillStyle = hue
  context.lineWidth = age === 'ageing' ? 4 : 1.5
  if (age === 'fresh') context.fill()
  else context.stroke()
  return pixels(context)
}

/** A pin whose tip stands on the point, so that a unit on the spot stays in sight. */
function drawPin(text: string, fill: string, width = PIN_WIDTH): ImageData {
  const context = canvas(width, PIN_HEIGHT)
  context.beginPath()
  context.roundRect(2, 2, width - 4, 20, 4)
  context.moveTo(width / 2 - 5, 22)
  context.lineTo(width / 2, PIN_HEIGHT - 2)
  context.lineTo(width / 2 + 5, 22)
  context.lineWidth = 2
  context.strokeStyle = COLOURS.back
  context.stroke()
  context.fillStyle = fill
  context.fill()
  context.fillStyle = COLOURS.back
  context.font = '600 14px "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, width / 2, 12.5)
  return pixels(context)
}

export const put = (map: Map, name: string, image: ImageData) => {
  if (map.hasImage(name)) map.updateImage(name, image)
  else map.addImage(name, image, { pixelRatio: PIXEL_RATIO })
}

/** Adds every unit mark, in the hues of the style sheet. */
export function addUnitMarks(map: Map): void {
  const sheet = getComputedStyle(document.documentElement)
  for (const force of Object.keys(SHAPES) as Force[]) {
    const hue = sheet.getPropertyValue(`--force-${force}`).trim()
    for (const age of AGES) put(map, unitMark(force, age), drawUnit(force, age, hue))
  }
}

/** Adds a pin for each level with its numeral, one for what is not graded, and one for an SOS. */
export function addLevelMarks(map: Map, numerals: Record<string, string>): void {
  const alarm = getComputedStyle(document.documentElement).getPropertyValue('--alarm').trim()
  const all: [string | null, string][] = [...Object.entries(numerals), [null, '·']]
  for (const [level, numeral] of all) {
    put(map, levelMark(level), drawPin(numeral, COLOURS.mark))
    put(map, levelMark(level, true), drawPin(numeral, alarm))
  }
  put(map, SOS_MARK, drawPin('SOS', alarm, SOS_WIDTH))
}
