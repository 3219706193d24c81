/**
 * One file on its way into a district: sent, looked at, asked about, stored.
 * Nothing is stored before `commit`, and `commit` does nothing while something stands in its way.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { commitImport, forgetImport, giveFile, previewImport } from '@/api/imports'
import type {
  CoordinateQuestion,
  Coordinates,
  ImportAnswers,
  ImportPreview,
  ImportResult,
  Imported,
} from '@/api/imports'
import { Refused } from '@/protocol'

export type Stage = 'idle' | 'sending' | 'preview' | 'asking' | 'storing' | 'done'
/** What was tried when it failed; what was kept depends on it. */
export type Attempt = 'send' | 'ask' | 'store'
export type Obstacle = 'unsettled' | 'coordinates' | 'mapping' | 'geometry' | 'nothing'

export const useImports = defineStore('imports', () => {
  const stage = ref<Stage>('idle')
  const what = ref<Imported | null>(null)
  const name = ref('')
  const sent = ref(0)
  const preview = shallowRef<ImportPreview | null>(null)
  /** The question that was asked last: its answer can still be changed. */
  const question = shallowRef<CoordinateQuestion | null>(null)
  const answers = shallowRef<ImportAnswers>({})
  const result = shallowRef<ImportResult | null>(null)
  const failure = shallowRef<{ attempt: Attempt; error: unknown } | null>(null)
  let district = ''
  let sending: AbortController | null = null
  /** Grows with each file, so that a late answer about an earlier one is left aside. */
  let turn = 0

  /** What stands in the way of storing it. */
  const obstacle = computed((): Obstacle | null => {
    const seen = preview.value
    if (!seen) return 'nothing'
    // An answer failed: it isn't known whether the server holds it.
    if (failure.value?.attempt === 'ask') return 'unsettled'
    if (seen.questions.length > 0) return 'coordinates'
    if (seen.mapping_needed) return 'mapping'
    if (seen.what === 'grids' && seen.refused > 0) return 'geometry'
    return seen.taken === 0 ? 'nothing' : null
  })
  const busy = computed(() => ['sending', 'asking', 'storing'].includes(stage.value))

  /** Takes the steps of an exchange, unless the file has been left in between. */
  async function exchange<T>(
    attempt: Attempt,
    [during, otherwise]: [Stage, Stage],
    ask: () => Promise<T>,
    take: (answer: T) => void,
  ): Promise<void> {
    const mine = turn
    stage.value = during
    failure.value = null
    try {
      const answer = await ask()
      if (mine === turn) take(answer)
    } catch (error) {
      if (mine !== turn) return
      stage.value = otherwise
      failure.value = { attempt, error }
      // Half an hour has passed: there is nothing left to ask about.
      if (error instanceof Refused && error.refusal.code === 'not_found') drop()
    }
  }

  function look(seen: ImportPreview): void {
    preview.value = seen
    question.value = seen.questions[0] ?? question.value
    stage.value = 'preview'
  }

  /** Sends a file and reads what it would do; an earlier one is forgotten first. */
  async function give(to: string, as: Imported, file: File): Promise<void> {
    if (stage.value === 'storing') return
    leave()
    const controller = new AbortController()
    ;[district, what.value, name.value, sending] = [to, as, file.name, controller]
    const onSent = (part: number) => (sent.value = part)
    const ask = () => giveFile(to, as, file, { onSent, signal: controller.signal })
    await exchange('send', ['sending', 'idle'], ask, look)
  }

  /** Looks at the file under other answers; what is not said here stays as it was answered. */
  async function answer(changed: { coordinates?: Coordinates; mapping?: string }): Promise<void> {
    const seen = preview.value
    if (!seen || stage.value !== 'preview') return
    const asked = { ...answers.value, ...changed }
    await exchange(
      'ask',
      ['asking', 'preview'],
      () => previewImport(district, seen.id, asked),
      (now) => {
        answers.value = asked
        look(now)
      },
    )
  }

  /** Stores it. */
  async function commit(): Promise<void> {
    const seen = preview.value
    if (!seen || stage.value !== 'preview' || obstacle.value !== null) return
    await exchange(
      'store',
      ['storing', 'preview'],
      () => commitImport(district, seen.id),
      (counts) => {
        result.value = counts
        stage.value = 'done'
      },
    )
  }

  /** Forgets the file, here and at the server; one that is being stored is stored to its end. */
  function leave(): void {
    sending?.abort()
    const held = preview.value
    // The server forgets it by itself in half an hour, should this not arrive.
    if (held && ['preview', 'asking'].includes(stage.value))
      void forgetImport(district, held.id).catch(() => undefined)
    failure.value = null
    drop()
    what.value = null
  }

  function drop(): void {
    turn += 1
    ;[stage.value, name.value, sent.value, sending] = ['idle', '', 0, null]
    ;[preview.value, question.value, result.value, answers.value] = [null, null, null, {}]
  }

  return {
    stage,
    what,
    name,
    sent,
    preview,
    question,
    answers,
    result,
    failure,
    obstacle,
    busy,
    give,
    answer,
    commit,
    leave,
  }
})
