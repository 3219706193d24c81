/** Who was in the drawn circle when it was last counted: a list that doesn't move under the pointer. */
import { computed, shallowRef, watch } from 'vue'
import { byForce, inside, type Inside } from '@/composables/circle'
import { useCircle } from '@/stores/circle'
import { useClock } from '@/stores/clock'
import { useDuty } from '@/stores/duty'
import { useUnits } from '@/stores/units'

export function useInside() {
  const circle = useCircle()
  const clock = useClock()
  const duty = useDuty()
  const units = useUnits()
  const counted = shallowRef<{ at_ms: number; found: Inside[] } | null>(null)
  const sums = computed(() => byForce(counted.value?.found ?? []))

  function fixOf(member: string) {
    const unit = units.byMember.get(member)
    return unit?.shown ? unit.fix : undefined
  }

  function count(): void {
    const at_ms = clock.read()
    counted.value = circle.circle && {
      at_ms,
      found: inside(circle.circle, duty.all, fixOf, at_ms),
    }
  }

  // A new circle first forgets who was in the last one.
  watch(
    () => circle.circle,
    () => (counted.value = null),
  )
  watch(() => circle.finished, count)
  return { counted, sums, count }
}
