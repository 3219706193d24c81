/** Incidents by id, the higher version winning, and the timelines that were opened. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { getIncident } from '@/api'
import { isOpen, type Entry, type Incident } from '@/protocol'

export const useIncidents = defineStore('incidents', () => {
  const byId = shallowReactive(new Map<string, Incident>())
  const timelines = shallowReactive(new Map<string, Entry[]>())
  /** Grows with every reset; what was read before may have holes. */
  const generation = ref(0)

  const all = computed(() => [...byId.values()])
  const open = computed(() => all.value.filter((incident) => isOpen(incident.state)))

  function replaceAll(incidents: Incident[]): void {
    byId.clear()
    timelines.clear()
    for (const incident of incidents) byId.set(incident.id, incident)
    generation.value += 1
  }

  /** Takes an incident unless a newer version is held. */
  function put(incident: Incident): void {
    const known = byId.get(incident.id)
    if (known === undefined || known.version < incident.version) byId.set(incident.id, incident)
  }

  function change(incident: Incident, entry: Entry): void {
    put(incident)
    const timeline = timelines.get(incident.id)
    if (timeline) timelines.set(incident.id, merge(timeline, [entry]))
  }

  /** Lets go of an incident; answers with its channel, if it was held. */
  function forget(id: string): string | undefined {
    const channel = byId.get(id)?.channel
    byId.delete(id)
    timelines.delete(id)
    return channel
  }

  /** Blanks a typed text that was erased; answers with the incidents that had it. */
  function erase(text: string): Incident[] {
    const blank = [...byId.values()]
      .filter((incident) => incident.text?.id === text)
      .map((incident) => ({ ...incident, text: { id: text, body: null } }))
    for (const incident of blank) byId.set(incident.id, incident)
    for (const [id, lines] of timelines) {
      if (!lines.some((line) => line.text?.id === text)) continue
      timelines.set(
        id,
        lines.map((line) =>
          line.text?.id === text ? { ...line, text: { id: text, body: null } } : line,
        ),
      )
    }
    return blank
  }

  /** Reads an incident with its timeline; both may be older than what events brought since. */
  async function loadTimeline(id: string): Promise<void> {
    if (!timelines.has(id)) timelines.set(id, [])
    const { incident, timeline } = await getIncident(id)
    put(incident)
    timelines.set(id, merge(timelines.get(id) ?? [], timeline))
  }

  return { byId, all, open, timelines, generation, replaceAll, change, forget, erase, loadTimeline }
})

/** Both lists as one, each line once, in order. */
function merge(held: Entry[], more: Entry[]): Entry[] {
  const lines = new Map([...held, ...more].map((entry) => [entry.n, entry]))
  return [...lines.values()].sort((a, b) => a.n - b.n)
}
