/** A place that somebody points out on the map, for a form that waits for it. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Point } from '@/protocol'

export const usePick = defineStore('pick', () => {
  /** Whether the next click on the map answers. */
  const picking = ref(false)
  let settle: ((point: Point | null) => void) | null = null

  /** Waits for a place; null when it was given up. A second question gives up the first. */
  function pick(): Promise<Point | null> {
    answer(null)
    picking.value = true
    return new Promise((resolve) => (settle = resolve))
  }

  function answer(point: Point | null): void {
    picking.value = false
    settle?.(point)
    settle = null
  }

  return { picking, pick, answer }
})
