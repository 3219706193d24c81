/** What each step asks for, and the move that the answers make. */
import type { IncidentMove, IncidentStep, Level } from '@/protocol'

export type Field =
  'reason' | 'lead' | 'support' | 'into' | 'receipt' | 'office' | 'answer' | 'level' | 'review_ms'

export interface Answers {
  reason: string
  lead: string
  support: string[]
  into: string
  receipt: string
  office: string
  answer: string
  level: Level | ''
  /** How long until a suspended incident is looked at again. */
  review_ms: number
}

export const FIELDS: Partial<Record<IncidentStep, readonly Field[]>> = {
  false_alarm: ['reason'],
  void: ['reason'],
  reassign: ['lead', 'reason'],
  reinforce: ['support'],
  recall: ['reason'],
  send_back: ['reason'],
  reopen: ['reason'],
  merge: ['into'],
  to_110: ['receipt'],
  hand_off: ['office', 'reason'],
  hand_off_done: ['answer'],
  suspend: ['reason', 'review_ms'],
  escalate: ['level', 'reason'],
  downgrade: ['level', 'reason'],
}

export const REVIEW_CHOICES_MS = [1_800_000, 7_200_000, 28_800_000, 86_400_000, 604_800_000]

export function noAnswers(): Answers {
  return {
    reason: '',
    lead: '',
    support: [],
    into: '',
    receipt: '',
    office: '',
    answer: '',
    level: '',
    review_ms: 7_200_000,
  }
}

/** The first field that is still empty. */
export function missing(step: IncidentStep, answers: Answers): Field | null {
  const empty = (field: Field) => {
    const value = answers[field]
    return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && !value.length
  }
  return FIELDS[step]?.find(empty) ?? null
}

/** The levels that an escalation (upwards) or a downgrade (downwards) may choose. */
export function levelChoices(step: IncidentStep, now: Level | null): Level[] {
  const all: Level[] = ['1', '2', '3', '4']
  if (now === null) return all
  return all.filter((level) => (step === 'escalate' ? level < now : level > now))
}

/** The move, from answers in which nothing is missing. */
export function moveOf(step: IncidentStep, answers: Answers, now_ms: number): IncidentMove {
  const reason = answers.reason.trim()
  const fields: Record<Field, unknown> = {
    reason,
    lead: answers.lead,
    support: answers.support,
    into: answers.into,
    receipt: answers.receipt.trim(),
    office: answers.office.trim(),
    answer: answers.answer.trim(),
    level: answers.level,
    review_ms: now_ms + answers.review_ms,
  }
  const wanted = (FIELDS[step] ?? []).map((field) => [field, fields[field]])
  return { step, ...Object.fromEntries(wanted) } as IncidentMove
}
