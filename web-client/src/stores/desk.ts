/** What the desk's panes have in common: which list is open, what it shows, and what was handled here. */
import { defineStore } from 'pinia'
import { reactive, ref, shallowReactive } from 'vue'
import type { Level } from '@/protocol'

export const LISTS = ['incidents', 'units', 'channel'] as const
export type List = (typeof LISTS)[number]
export type Form = 'call' | 'suggestion' | 'keys' | 'holds'

/** Enough for a shift's work. */
const HANDLED_MOST = 500

export interface Wanted {
  text: string
  level: Level | ''
  /** Index of a group of states; −1 for all. */
  group: number
  mine: boolean
  overdue: boolean
}

export const wantsAll = (): Wanted => ({
  text: '',
  level: '',
  group: -1,
  mine: false,
  overdue: false,
})

export const useDesk = defineStore('desk', () => {
  const list = ref<List>('incidents')
  const wanted = reactive(wantsAll())
  /** The dialog that is open. */
  const form = ref<Form | null>(null)
  /** Incidents that this console moved, the newest last. */
  const handled = shallowReactive(new Set<string>())

  /** Shows the incidents that are 超时, or all again. */
  function toggleOverdue(): void {
    const on = list.value === 'incidents' && wanted.overdue
    Object.assign(wanted, wantsAll(), { overdue: !on })
    list.value = 'incidents'
  }

  function showAll(): void {
    Object.assign(wanted, wantsAll())
  }

  function remember(incident: string): void {
    handled.delete(incident)
    handled.add(incident)
    const [oldest] = handled
    if (handled.size > HANDLED_MOST && oldest !== undefined) handled.delete(oldest)
  }

  return { list, wanted, form, handled, toggleOverdue, showAll, remember }
})
