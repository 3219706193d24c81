import { describe, expect, it } from 'vitest'
import { decodePositionFrame } from '../position-frame'

/** One unit and one removal, written by hand from the documented layout. */
function frame(): DataView {
  const view = new DataView(new ArrayBuffer(32 + 18 + 2))
  view.setUint8(0, 1)
  view.setUint8(1, 1)
  view.setUint8(2, 1)
  view.setUint32(4, 7, true)
  view.setUint32(8, 3, true)
  view.setBigInt64(12, 1_795_000_000_000n, true)
  view.setUint32(20, 1, true)
  view.setUint32(24, 1, true)
  view.setUint16(32, 41, true)
  view.setUint32(34, 1500, true)
  view.setInt32(38, 1_132_306_700, true)
  view.setInt32(42, 309_645_300, true)
  view.setUint8(46, 6)
  view.setUint8(47, 255)
  view.setUint16(50, 9, true)
  return view
}

describe('decodePositionFrame', () => {
  it('reads header, units and removals', () => {
    expect(decodePositionFrame(frame().buffer as ArrayBuffer)).toEqual({
      full: true,
      audience: 7,
      generation: 3,
      units: [
        {
          index: 41,
          fix: {
            at_ms: 1_795_000_001_500,
            point: { lng: 113.23067, lat: 30.96453 },
            speed_mps: 1.5,
            heading_deg: null,
            accuracy_m: null,
          },
        },
      ],
      removals: [9],
    })
  })

  it.each([
    ['cut short', (view: DataView) => view.buffer.slice(0, 51)],
    ['no header', (view: DataView) => view.buffer.slice(0, 31)],
    ['another version', (view: DataView) => (view.setUint8(0, 2), view.buffer)],
    ['another kind', (view: DataView) => (view.setUint8(1, 9), view.buffer)],
    ['a count that lies', (view: DataView) => (view.setUint32(20, 0xffffffff, true), view.buffer)],
  ])('refuses a frame that is %s', (_, spoil) => {
    expect(decodePositionFrame(spoil(frame()) as ArrayBuffer)).toBeNull()
  })
})
