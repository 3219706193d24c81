/**
 * GCJ-02 of a WGS-84 point, by the published polynomial: for basemaps that are drawn in it.
 * The server has the same in `spatial::datum`; both are held to the same vectors.
 */

/** The Krasovsky ellipsoid: semi-major axis in metres, eccentricity squared. */
const AXIS_M = 6_378_245
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943

type Wave = [size: number, rate: number]

const waves = (t: number, parts: Wave[]) =>
  (parts.reduce((sum, [size, rate]) => sum + size * Math.sin(t * Math.PI * rate), 0) * 2) / 3

/** Degrees in, degrees out; outside China nothing moves. */
export function gcj02(lng: number, lat: number): [lng: number, lat: number] {
  if (lng < 73.66 || lng > 135.05 || lat < 3.86 || lat > 53.55) return [lng, lat]
  const [x, y] = [lng - 105, lat - 35]
  const common = waves(x, [
    [20, 6],
    [20, 2],
  ])
  const northM =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + common +
    waves(y, [[20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]]) // prettier-ignore
  const eastM =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + common +
    waves(x, [[20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]]) // prettier-ignore
  const sin = Math.sin((lat * Math.PI) / 180)
  const magic = 1 - ECCENTRICITY_SQUARED * sin * sin
  const meridianM = (AXIS_M * (1 - ECCENTRICITY_SQUARED)) / (magic * Math.sqrt(magic))
  const parallelM = (AXIS_M / Math.sqrt(magic)) * Math.cos((lat * Math.PI) / 180)
  const degrees = 180 / Math.PI
  return [lng + (eastM / parallelM) * degrees, lat + (northM / meridianM) * degrees]
}
