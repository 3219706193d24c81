/** The rule for passwords, as the server has it: 10 characters of 3 kinds. */
const MIN_CHARS = 10
const MAX_BYTES = 200
const MIN_KINDS = 3
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u]

export function isStrong(password: string): boolean {
  const kinds = KINDS.filter((kind) => kind.test(password)).length
  const bytes = new TextEncoder().encode(password).length
  return Array.from(password).length >= MIN_CHARS && bytes <= MAX_BYTES && kinds >= MIN_KINDS
}
