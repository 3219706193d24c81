/** How long somebody who waits for an answer is kept waiting; what was asked is kept beyond it. */
export const ANSWER_WITHIN_MS = 20_000

/** No answer came in time. What was asked waits in the outbox, and a retry is the same request. */
export class NoAnswer extends Error {}
