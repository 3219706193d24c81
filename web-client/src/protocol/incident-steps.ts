/**
 * The incident's state machine as the server has it (`src/domain/incident/state.rs`; a test holds
 * the two equal), so that a screen can offer the next legal action before asking.
 */
import type { Incident } from './generated/Incident'
import type { IncidentMove } from './generated/IncidentMove'
import type { IncidentState } from './generated/IncidentState'
import type { TopKind } from './generated/TopKind'

/** A step that a person makes on the incident itself. */
export type IncidentStep = IncidentMove['step']
/** Every step of the table; the lead team's assignment and time make the rest. */
export type Step = IncidentStep | 'take' | 'decline' | 'depart' | 'arrive' | 'archive'

/** The states in which an incident is open (未结). */
export const OPEN: readonly IncidentState[] = [
  'pending',
  'accepted',
  'dispatched',
  'taken',
  'en_route',
  'on_scene',
  'handling',
  'review',
]

/** The states in which a lead team is called. */
export const CALLED: readonly IncidentState[] = [
  'dispatched',
  'taken',
  'en_route',
  'on_scene',
  'handling',
]

/** From any of these states, by this step, to that state; null stays. First comes first. */
export const RULES: readonly (readonly [readonly IncidentState[], Step, IncidentState | null])[] = [
  [['pending'], 'accept', 'accepted'],
  [['accepted'], 'dispatch', 'dispatched'],
  [['dispatched'], 'take', 'taken'],
  [['dispatched'], 'decline', 'accepted'],
  [['taken'], 'depart', 'en_route'],
  [['taken', 'en_route'], 'arrive', 'on_scene'],
  [['on_scene', 'handling'], 'record', 'handling'],
  [['handling'], 'feedback', 'review'],
  [['review'], 'approve', 'closed'],
  [['review'], 'send_back', 'handling'],
  [['closed'], 'rate', 'archived'],
  [['closed'], 'archive', 'archived'],
  [['archived'], 'reopen', 'accepted'],
  [CALLED, 'recall', 'accepted'],
  [CALLED, 'reassign', 'dispatched'],
  [CALLED, 'reinforce', null],
  [['pending'], 'false_alarm', 'false_alarm'],
  [['pending'], 'void', 'void'],
  [OPEN, 'merge', 'merged'],
  [OPEN, 'escalate', null],
  [OPEN, 'downgrade', null],
  [OPEN, 'to_110', null],
  [OPEN, 'hand_off', null],
  [OPEN, 'hand_off_done', null],
  [OPEN, 'suspend', null],
  [OPEN, 'resume', null],
]

const WHILE_SUSPENDED: readonly Step[] = ['resume', 'to_110', 'escalate', 'merge', 'hand_off_done']
const POLICE_MATTERS: readonly TopKind[] = ['criminal', 'security']

export function isOpen(state: IncidentState): boolean {
  return OPEN.includes(state)
}

/** Whether only police may close it (刑事 and 治安). */
export function isPoliceMatter(top: TopKind): boolean {
  return POLICE_MATTERS.includes(top)
}

/** The legal steps, the ordinary next one first. */
export function legalSteps(incident: Pick<Incident, 'state' | 'flags'>): Step[] {
  const { state, flags } = incident
  const fits = (step: Step) => {
    if (step === 'resume') return flags.suspended
    if (step === 'hand_off_done') return flags.handed_off_to !== null
    return !flags.suspended || WHILE_SUSPENDED.includes(step)
  }
  return RULES.filter(([from, step]) => from.includes(state) && fits(step)).map(([, step]) => step)
}
