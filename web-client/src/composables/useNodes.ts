/** The nodes, read again every few seconds while somebody looks. */
import { computed, onMounted, onUnmounted, ref, shallowRef } from 'vue'
import { getNodes, type NodeRow } from '@/api/nodes'
import { useClock } from '@/stores/clock'
import { useFailure } from './useFailure'

const EVERY_MS = 5_000

/** A node with the time of its last sign by this screen's clock, so that its age goes on. */
export interface SeenNode extends NodeRow {
  seen_ms: number
  own: boolean
}

export function useNodes() {
  const clock = useClock()
  const { failure, words } = useFailure()
  const nodes = shallowRef<SeenNode[]>([])
  const read = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  async function load(): Promise<void> {
    try {
      const { own, items } = await getNodes()
      const now_ms = clock.read()
      nodes.value = items.map((one) => ({
        ...one,
        seen_ms: now_ms - one.silent_ms,
        own: one.id === own,
      }))
      read.value = true
      failure.value = ''
    } catch (error) {
      failure.value = words(error)
    }
  }

  onMounted(() => {
    void load()
    timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load()
    }, EVERY_MS)
  })
  onUnmounted(() => clearInterval(timer))

  return {
    nodes,
    read,
    failure,
    here: computed(() => nodes.value.filter((one) => !one.gone).length),
    gone: computed(() => nodes.value.filter((one) => one.gone).length),
    alone: computed(() => nodes.value.length === 1 && nodes.value[0]?.bus === 'alone'),
  }
}
