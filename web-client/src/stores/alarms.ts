/** The calls for help that are open, and whether they can be heard. */
import { isDesk, isOpen, type Alert, type Incident } from '@/protocol'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useAlerts } from './alerts'
import { useIncidents } from './incidents'
import { useSession } from './session'

export interface Alarm {
  incident: Incident
  /** Nobody has taken it yet. */
  ringing: boolean
}

/**
 * The open ones, the newest first: the strip stands on the screen's lower edge and grows upwards,
 * so that neither a new one nor one that is taken moves the button under somebody's finger.
 */
export function alarmsOf(incidents: Iterable<Incident>): Alarm[] {
  return [...incidents]
    .filter(({ flags, state }) => flags.sos && isOpen(state))
    .map((incident) => ({ incident, ringing: incident.state === 'pending' }))
    .sort((a, b) => b.incident.received_ms - a.incident.received_ms)
}

export const useAlarms = defineStore('alarms', () => {
  const alerts = useAlerts()
  const incidents = useIncidents()
  const session = useSession()

  const all = computed(() => alarmsOf(incidents.open))
  const ringing = computed(() => all.value.filter((alarm) => alarm.ringing))
  /** Told of ahead of their event; the incident takes each one's place. */
  const ahead = computed<Alert[]>(() =>
    [...alerts.byIncident.values()]
      .filter(({ incident }) => !incidents.byId.has(incident))
      .sort((a, b) => b.received_ms - a.received_ms),
  )
  /** How many ring. */
  const loud = computed(() => ringing.value.length + ahead.value.length)
  /** Whether this member may take them; nobody hears what they can't stop. */
  const mayTake = computed(() => session.member !== null && isDesk(session.member))
  /** The browser holds the sound back until a gesture. */
  const muted = ref(false)

  // Their timelines say who called, who took it, and why it was taken back.
  watch(
    () => [incidents.generation, ...all.value.map(({ incident }) => incident.id)],
    () => {
      for (const { incident } of all.value)
        if (!incidents.timelines.has(incident.id))
          void incidents
            .loadTimeline(incident.id)
            .catch(() => incidents.timelines.delete(incident.id))
    },
    { immediate: true },
  )

  return { all, ringing, ahead, loud, mayTake, muted }
})
