/** A report in the making: what, where, words; sent, or kept in the outbox until there is a link. */
import { computed, reactive, ref } from 'vue'
import { newId, type Point } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useLocation } from '@/stores/location'
import { usePlaces } from '@/stores/places'
import { useFailure } from './useFailure'
import { useSend } from './useSend'

/** `here`: whether it is seen where this device is; a caller's is not. */
export function useReport({ here }: { here: boolean }) {
  const clock = useClock()
  const location = useLocation()
  const places = usePlaces()
  const failing = useFailure()
  const { send } = useSend()

  const draft = reactive({
    kind: '',
    grid: '',
    /** A place that was pointed out; it wins over the grid. */
    at: null as Point | null,
    text: '',
    incident: '',
    observed_ms: 0,
  })

  /** When the server said that it has the report. */
  const delivered_ms = ref(0)
  const point = computed<Point | null>(() =>
    draft.at !== null
      ? draft.at
      : draft.grid !== ''
        ? places.pointIn(draft.grid)
        : here
          ? location.point
          : null,
  )

  /** Starts over with a kind; the id and the time are made once, so a second try is the same report. */
  function begin(kind: string): void {
    draft.kind = kind
    draft.incident = newId()
    draft.observed_ms = clock.read()
  }

  /** The incident's number, or none yet when it waits for a link; null when it was refused. */
  async function submit(): Promise<{ number?: string } | null> {
    let taken: { number?: string } | null = null
    await failing.attempt(async () => {
      const outcome = await send({
        type: 'report_incident',
        incident: draft.incident,
        point: point.value,
        kind: draft.kind,
        observed_ms: draft.observed_ms,
        text: draft.text.trim() === '' ? null : draft.text.trim(),
        drill: false,
      })
      taken = { number: outcome?.incident?.number }
      delivered_ms.value = clock.read()
    })
    return taken
  }

  return { ...failing, draft, point, delivered_ms, begin, submit }
}
