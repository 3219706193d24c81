// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { createApp, nextTick, ref } from 'vue'
import { i18n } from '@/i18n'
import type { Entry, Incident, IncidentState } from '@/protocol'
import { useDesk } from '@/stores/desk'
import { useIncidents } from '@/stores/incidents'
import { HELP, useIncidentRows } from '../useIncidentRows'

const held = ref(false)
let list: ReturnType<typeof useIncidentRows>
let version = 0

function change(id: string, state: IncidentState, received_ms: number, sos = false): void {
  version += 1
  const incident = {
    id,
    number: id,
    version,
    state,
    received_ms,
    kind_first: 'other',
    kind_final: null,
    grid: null,
    text: null,
    level: null,
    reporter: null,
    moved_by: null,
    due: null,
    flags: { sos },
    assignments: [],
  } as unknown as Incident
  useIncidents().change(incident, { n: version } as Entry)
}

const shown = () => list.rows.value.map(({ incident }) => incident.id)

beforeEach(() => {
  const pinia = createPinia()
  setActivePinia(pinia)
  held.value = false
  const app = createApp({
    setup: () => {
      list = useIncidentRows(() => held.value)
      return () => null
    },
  })
  app.use(pinia).use(i18n).mount(document.createElement('div'))
})

describe('the incident list', () => {
  beforeEach(async () => {
    change('a', 'pending', 1)
    change('b', 'pending', 2)
    change('c', 'accepted', 3)
    await nextTick()
  })

  it('stands calls for help first, then by state, newest first', async () => {
    change('sos', 'accepted', 0, true)
    change('over', 'closed', 9, true)
    await nextTick()
    expect(shown()).toEqual(['sos', 'b', 'a', 'c', 'over'])
    expect(list.rows.value[0]?.group).toBe(HELP)
  })

  it('moves no row while it is held: new, moved and misfit ones wait', async () => {
    held.value = true
    change('d', 'pending', 4)
    change('sos', 'pending', 5, true)
    change('b', 'accepted', 2)
    await nextTick()
    expect(shown()).toEqual(['b', 'a', 'c'])
    expect(list.rows.value[0]?.incident.state).toBe('accepted')
    expect(list.waiting.value).toEqual(['sos', 'd'])
    expect(list.stale.value).toBe(true)
    held.value = false
    await nextTick()
    expect(shown()).toEqual(['sos', 'd', 'a', 'c', 'b'])
    expect(list.waiting.value).toEqual([])
  })

  it('shows what waits when asked, and holds again', async () => {
    held.value = true
    change('d', 'pending', 4)
    await nextTick()
    list.showWaiting()
    expect(shown()).toEqual(['d', 'b', 'a', 'c'])
    change('e', 'pending', 5)
    await nextTick()
    expect(shown()).toEqual(['d', 'b', 'a', 'c'])
  })

  it('filters at once, also while held, and keeps a row whose state leaves the filter', async () => {
    held.value = true
    useDesk().wanted.group = 0
    await nextTick()
    expect(shown()).toEqual(['b', 'a'])
    change('b', 'accepted', 2)
    await nextTick()
    expect(shown()).toEqual(['b', 'a'])
    held.value = false
    await nextTick()
    expect(shown()).toEqual(['a'])
  })
})
