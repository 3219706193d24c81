/** What the groups of the incident list are called. */
import { useI18n } from 'vue-i18n'
import { GROUPS, HELP } from './useIncidentRows'

export function useGroupNames() {
  const { t } = useI18n()
  return (group: number): string => {
    if (group === HELP) return t('console.list.help')
    const states = GROUPS[group] ?? []
    if (states.includes('handling')) return t('console.list.handling')
    if (states.includes('archived')) return t('desk.list.ended')
    return t(`state.${states[0] ?? 'pending'}`)
  }
}
