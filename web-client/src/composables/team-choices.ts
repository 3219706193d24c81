/** The on-duty teams that can be called to a place: nearest first, those without a fix last. */
import type { Fix, Force, MemberBrief, Point, Team } from '@/protocol'
import { distance_m } from '@/stores/geometry'
import { ageOf } from './age'

export interface TeamChoice {
  team: Team
  /** How many of its members are on duty. */
  members: number
  /** Straight line from the nearest member with a fix of the last 10 minutes; null without one. */
  distance_m: number | null
  /** Whether the place is on its organisation's own premises. */
  own: boolean
}

export interface Surroundings {
  present: ReadonlyMap<string, MemberBrief[]>
  teams: ReadonlyMap<string, Team>
  fixOf: (member: string) => Fix | undefined
  ownGrids: (org: string) => readonly string[]
  now_ms: number
}

export function teamChoices(
  place: { point: Point | null; grid: string | null },
  around: Surroundings,
): TeamChoice[] {
  const choices: TeamChoice[] = []
  for (const [id, members] of around.present) {
    const team = around.teams.get(id)
    if (!team) continue
    choices.push({
      team,
      members: members.length,
      distance_m: nearest(place.point, members, around),
      own: place.grid !== null && around.ownGrids(team.org).includes(place.grid),
    })
  }
  const far = (choice: TeamChoice) => choice.distance_m ?? Infinity
  return choices.sort((a, b) => far(a) - far(b) || (a.team.name < b.team.name ? -1 : 1))
}

function nearest(point: Point | null, members: MemberBrief[], around: Surroundings): number | null {
  if (!point) return null
  const distances = members.flatMap(({ id }) => {
    const fix = around.fixOf(id)
    if (!fix || ageOf(fix.at_ms, around.now_ms) === 'gone') return []
    return [distance_m(point, fix.point)]
  })
  return distances.length > 0 ? Math.min(...distances) : null
}

/** The forces that have a choice, in the order of their nearest team. */
export function forcesOf(choices: TeamChoice[]): Force[] {
  return [...new Set(choices.map(({ team }) => team.force))]
}
