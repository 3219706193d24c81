/** What the audit log tells of, in the order in which it is offered. */
import type { AuditAction } from '@/api/personal'

/** Complete by its type: an action that is missing here doesn't compile. */
const ALL: Record<AuditAction, true> = {
  party_revealed: true,
  phone_revealed: true,
  party_added: true,
  party_erased: true,
  text_erased: true,
  track_viewed: true,
  hold_placed: true,
  hold_released: true,
  purged: true,
  exported: true,
  imported: true,
  restored: true,
  signed_in: true,
  sign_in_failed: true,
  locked: true,
  unlocked: true,
  sessions_ended: true,
  password_changed: true,
  password_reset: true,
  account_made: true,
  account_disabled: true,
  account_enabled: true,
  member_changed: true,
  district_made: true,
  consent_given: true,
  consent_withdrawn: true,
  shift_taken: true,
}

export const AUDIT_ACTIONS = Object.keys(ALL) as AuditAction[]
