import type { Code } from './generated/Code'

/** Why something was refused: `code` for programs, `message` for people. Nothing was stored. */
export interface Refusal {
  code: Code
  message: string
  field?: string | null
  /** For an illegal move: the legal ones. */
  legal?: string[] | null
  /** For an illegal move: who moved it last, */
  by?: string | null
  /** and when, Unix ms UTC. */
  at_ms?: number | null
}

/** A refusal as a thrown value. */
export class Refused extends Error {
  readonly refusal: Refusal
  /** The command that was refused, if it was one. */
  readonly command: string | null

  constructor(refusal: Refusal, command: string | null = null) {
    super(`${refusal.code}: ${refusal.message}`)
    this.refusal = refusal
    this.command = command
  }
}
