/** Places that somebody may say they are at when the phone doesn't know, the likeliest first. */
import { computed } from 'vue'
import { useLocation, type StandIn } from '@/stores/location'
import { usePlaces } from '@/stores/places'
import { useRounds } from '@/stores/rounds'
import { useSession } from '@/stores/session'
import { useBeat } from './useBeat'
import { useNames } from './useNames'

export function useStandIn() {
  const location = useLocation()
  const names = useNames()
  const places = usePlaces()
  const rounds = useRounds()
  const session = useSession()
  const beat = useBeat()

  /** The last checkpoint that was visited, then the rest of the route. */
  const checkpoints = computed<StandIn[]>(() => {
    const last = beat.last.value?.checkpoint
    const ids = [...(last === undefined ? [] : [last]), ...beat.route.value]
    return [...new Set(ids)].flatMap((id) => {
      const found = rounds.checkpointsById.get(id)
      return found ? [{ kind: 'checkpoint' as const, id, point: found.point }] : []
    })
  })
  /** The own grid of a grid worker, then those of the organisation. */
  const ownGrids = computed(() => {
    const { member } = session
    const own = member?.grid ? [member.grid] : []
    const grids = places.organisationsById.get(member?.org ?? '')?.grids ?? []
    return [...new Set([...own, ...grids])].filter((code) => places.gridsByCode.has(code))
  })

  function gridAt(code: string): StandIn | null {
    const point = places.pointIn(code)
    return point && { kind: 'grid', id: code, point }
  }

  function name({ kind, id }: StandIn): string {
    return kind === 'grid' ? names.grid(id) : (rounds.checkpointsById.get(id)?.name ?? id)
  }

  return { location, checkpoints, ownGrids, gridAt, name, last: beat.last }
}
