/** Which steps a member may make on an incident: the legal ones, less what their role forbids. */
import {
  isDesk,
  isPoliceMatter,
  legalSteps,
  type Incident,
  type IncidentStep,
  type Member,
} from '@/protocol'

/** Made by the team that is called, not by the desk. */
const BY_TEAM: readonly string[] = ['take', 'decline', 'depart', 'arrive', 'record', 'feedback']
const REVIEW: readonly string[] = ['approve', 'send_back']

/** Whether only a police officer may review it, and this member is none. */
export function reviewIsForPolice(incident: Incident, member: Member): boolean {
  return isPoliceMatter(incident.top) && member.force !== 'police'
}

/** The desk's steps, the ordinary next one first. The server decides; this only offers. */
export function deskSteps(incident: Incident, member: Member): IncidentStep[] {
  if (!isDesk(member)) return []
  return legalSteps(incident).filter((step): step is IncidentStep => {
    if (BY_TEAM.includes(step) || step === 'archive') return false
    if (incident.flags.sos && (step === 'false_alarm' || step === 'void'))
      return member.role === 'duty_chief'
    if (step === 'reopen') return member.role === 'duty_chief'
    if (step === 'hand_off') return incident.flags.handed_off_to === null
    if (step === 'to_110') return incident.flags.to_110 === null
    if (step === 'escalate') return incident.level !== null && incident.level !== '1'
    if (step === 'downgrade') return incident.level !== null && incident.level !== '4'
    if (REVIEW.includes(step)) return !reviewIsForPolice(incident, member)
    return true
  })
}
