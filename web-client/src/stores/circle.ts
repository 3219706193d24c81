/** The circle that the dispatcher drew: it selects who is inside, and calls nobody. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Point } from '@/protocol'

export interface DrawnCircle {
  centre: Point
  radius_m: number
}

export const useCircle = defineStore('circle', () => {
  /** Whether the tool is open: the next drag on the map draws. */
  const open = ref(false)
  /** What is drawn, also while it is being drawn. */
  const circle = shallowRef<DrawnCircle | null>(null)
  /** Counts finished circles: who is inside is then found, and again when asked. */
  const finished = ref(0)

  function start(): void {
    open.value = true
  }

  function draw(centre: Point, radius_m: number): void {
    circle.value = { centre, radius_m }
  }

  function finish(): void {
    finished.value += 1
  }

  function clear(): void {
    circle.value = null
  }

  function close(): void {
    clear()
    open.value = false
  }

  return { open, circle, finished, start, draw, finish, clear, close }
})
