/** Calls for help that were told of ahead of their event: shown at once, until the incident comes. */
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Alert } from '@/protocol'
import { useIncidents } from './incidents'

export const useAlerts = defineStore('alerts', () => {
  const incidents = useIncidents()
  const byIncident = shallowReactive(new Map<string, Alert>())

  /** May come twice, and after its incident. */
  function take(alert: Alert): void {
    if (!incidents.byId.has(alert.incident)) byIncident.set(alert.incident, alert)
  }

  /** The incident is known now, or nobody may know it. */
  function drop(incident: string): void {
    byIncident.delete(incident)
  }

  /** The state was read anew: it holds what there is. */
  function clear(): void {
    byIncident.clear()
  }

  return { byIncident, take, drop, clear }
})
