/** A table of `/admin` as it is read: sought through and turned page by page. */
import { computed, onMounted, ref, shallowRef } from 'vue'
import { getGrids, getOrganisations } from '@/api'
import { getIncidents, getMembers, type Imported } from '@/api/imports'
import { getStations } from '@/api/places'
import { useSession } from '@/stores/session'
import { PAGE_ROWS, pageOf, type Page } from './paging'
import { useAdminRows, type AdminRow } from './useAdminRows'
import { useFailure } from './useFailure'

export interface Sought {
  text: string
  from: string
  to: string
}

/** A row that is made when it is shown, so that it follows the reader's language. */
type Row = () => AdminRow
type Read = (district: string, after: string | null) => Promise<Page<Row> & { total?: number }>

export function useAdminTable(what: Imported) {
  const session = useSession()
  const make = useAdminRows()
  const { busy, failure, attempt } = useFailure()

  const sought = ref<Sought>({ text: '', from: '', to: '' })
  const held = shallowRef<Row[]>([])
  const rows = computed(() => held.value.map((row) => row()))
  const total = ref<number | null>(null)
  const next = ref<string | null>(null)
  /** What the pages before this one, and this one, were asked for with. */
  const turned = ref<(string | null)[]>([null])
  const read = ref(false)
  let whole: Row[] | null = null
  /** What was asked for while another answer was awaited. */
  let waiting: (string | null)[] | null = null

  /** Lists without pages are read once; searching them asks nobody. */
  const listed =
    (list: (district: string) => Promise<Row[]>): Read =>
    async (district, after) => {
      whole ??= await list(district)
      const wanted = sought.value.text.trim().toLowerCase()
      return pageOf(whole, (row) => row().cells.join(' ').toLowerCase().includes(wanted), after)
    }

  const asked = (after: string | null) => ({ limit: PAGE_ROWS, after: after ?? undefined })
  const reads: Record<Imported, Read> = {
    members: async (district, after) => {
      const q = sought.value.text.trim() || undefined
      const { items, next } = await getMembers(district, { q, ...asked(after) })
      return { items: items.map((one) => () => make.member(one)), next: next ?? null }
    },
    organisations: listed(async (id) =>
      (await getOrganisations(id)).map((one) => () => make.organisation(one)),
    ),
    stations: listed(async (id) => (await getStations(id)).map((one) => () => make.station(one))),
    grids: listed(async (id) =>
      (await getGrids(id)).features.map(
        ({ properties }) =>
          () =>
            make.grid(properties),
      ),
    ),
    incidents: async (district, after) => {
      const { from, to } = sought.value
      const days = { from: from || undefined, to: to || undefined }
      const { items, next } = await getIncidents(district, { ...days, ...asked(after) })
      return { items: items.map((one) => () => make.incident(one)), next: next ?? null }
    },
  }

  async function show(turns: (string | null)[]): Promise<void> {
    const district = session.district?.id
    if (district === undefined) return
    if (busy.value) {
      waiting = turns
      return
    }
    await attempt(async () => {
      const page = await reads[what](district, turns.at(-1) ?? null)
      held.value = page.items
      next.value = page.next
      total.value = page.total ?? null
      turned.value = turns
      read.value = true
    })
    const then = waiting
    waiting = null
    if (then) await show(then)
  }

  const forward = () => show([...turned.value, next.value])
  const back = () => show(turned.value.slice(0, -1))
  const seek = () => show([null])
  function reload(): Promise<void> {
    whole = null
    return show([null])
  }

  const first = computed(() => (turned.value.length - 1) * PAGE_ROWS + 1)
  const isFirst = computed(() => turned.value.length === 1)
  const seeking = computed(() => Object.values(sought.value).some((one) => one.trim() !== ''))

  onMounted(reload)
  return {
    rows,
    total,
    next,
    first,
    isFirst,
    read,
    busy,
    failure,
    sought,
    seeking,
    forward,
    back,
    seek,
    reload,
  }
}
