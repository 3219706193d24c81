/** The desk's single keys: every action has one, and `?` lists them. */
import { nextTick, type Ref } from 'vue'
import { useDesk, type List } from '@/stores/desk'
import { useSelection } from '@/stores/selection'
import { useSession } from '@/stores/session'
import { focusFirst, focusRow } from './roving'
import { isDesk } from '@/protocol'
import { useShortcuts } from './useShortcuts'

/** What the help lists, in its order; `/` is the map's own. */
export const KEYS = [
  ['j', 'k'],
  ['Enter'],
  ['a'],
  ['s'],
  ['/'],
  ['f'],
  ['n'],
  ['1', '2', '3'],
  ['g'],
  ['p'],
  ['m'],
  ['r'],
  ['o'],
  ['Esc'],
  ['?'],
] as const

export interface Panes {
  list: Readonly<Ref<HTMLElement | null>>
  detail: Readonly<Ref<HTMLElement | null>>
  strip: () => Element | null
  showWaiting: () => void
  /** To the incident's channel. */
  write: () => void
}

export function useDeskKeys(panes: Panes): void {
  const desk = useDesk()
  const selection = useSelection()
  const session = useSession()

  const within = (pane: HTMLElement | null, mark: string) =>
    pane?.querySelector<HTMLElement>(`[data-${mark}]`)

  function openList(list: List): void {
    desk.list = list
    void nextTick(() => focusRow(panes.list.value, 0))
  }

  /** To the first thing that can be done; pressing it stays a second key. */
  const act = () => focusFirst(within(panes.detail.value, 'next'))

  function leave(): void {
    if (!selection.selected) return
    focusRow(panes.list.value, 0)
    selection.clear()
  }

  useShortcuts({
    j: () => focusRow(panes.list.value, 1),
    k: () => focusRow(panes.list.value, -1),
    a: act,
    s: () => focusFirst(panes.strip()),
    f: () => within(panes.list.value, 'filter')?.focus(),
    n: panes.showWaiting,
    '1': () => openList('incidents'),
    '2': () => openList('units'),
    '3': () => openList('channel'),
    g: () => {
      const { selected } = selection
      if (selected) selection.show(selected.kind, selected.id)
    },
    p: () => within(panes.detail.value, 'replay')?.querySelector('button')?.click(),
    m: panes.write,
    r: () => {
      if (session.member && isDesk(session.member)) desk.form = 'call'
    },
    o: () => (desk.form = 'suggestion'),
    '?': () => (desk.form = 'keys'),
    Escape: leave,
  })
}
