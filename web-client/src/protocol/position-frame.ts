/**
 * Reads binary position frames, 18 bytes a unit, little-endian: see `src/protocol/position_frame.rs`
 * and docs/PROTOCOL.md for the layout. Knows nothing of who a dictionary index is.
 */
import type { Fix } from './generated/Fix'

export interface PositionFrame {
  audience: number
  /** Which generation of the audience's dictionary the indices belong to. */
  generation: number
  /** Whether units that aren't in it are gone. */
  full: boolean
  units: { index: number; fix: Fix }[]
  /** Dictionary indices of units that are no longer shown. */
  removals: number[]
}

const HEADER_BYTES = 32
const UNIT_BYTES = 18
const KIND_POSITIONS = 1
const UNKNOWN = 255
const DEGREES = 1e7
const SPEED_STEP_MPS = 0.25
const HEADING_STEP_DEG = 1.5

/** The frame, or null for bytes that aren't a position frame of version 1. */
export function decodePositionFrame(bytes: ArrayBuffer): PositionFrame | null {
  const view = new DataView(bytes)
  if (bytes.byteLength < HEADER_BYTES) return null
  if (view.getUint8(0) !== 1 || view.getUint8(1) !== KIND_POSITIONS) return null
  const base_ms = Number(view.getBigInt64(12, true))
  const unitCount = view.getUint32(20, true)
  const removalCount = view.getUint32(24, true)
  const removalsAt = HEADER_BYTES + unitCount * UNIT_BYTES
  if (bytes.byteLength !== removalsAt + removalCount * 2) return null
  return {
    full: (view.getUint8(2) & 1) === 1,
    audience: view.getUint32(4, true),
    generation: view.getUint32(8, true),
    units: Array.from({ length: unitCount }, (_, n) =>
      decodeUnit(view, HEADER_BYTES + n * UNIT_BYTES, base_ms),
    ),
    removals: Array.from({ length: removalCount }, (_, n) =>
      view.getUint16(removalsAt + n * 2, true),
    ),
  }
}

function decodeUnit(view: DataView, at: number, base_ms: number): { index: number; fix: Fix } {
  const step = (byte: number, size: number) => (byte === UNKNOWN ? null : byte * size)
  return {
    index: view.getUint16(at, true),
    fix: {
      at_ms: base_ms + view.getUint32(at + 2, true),
      point: {
        lng: view.getInt32(at + 6, true) / DEGREES,
        lat: view.getInt32(at + 10, true) / DEGREES,
      },
      speed_mps: step(view.getUint8(at + 14), SPEED_STEP_MPS),
      heading_deg: step(view.getUint8(at + 15), HEADING_STEP_DEG),
      accuracy_m: null,
    },
  }
}
