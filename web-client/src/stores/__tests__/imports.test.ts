import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as api from '@/api/imports'
import { Unreachable } from '@/api'
import { Refused } from '@/protocol'
import { useImports } from '../imports'

vi.mock('@/api/imports', () => ({
  giveFile: vi.fn(),
  previewImport: vi.fn(),
  commitImport: vi.fn(),
  forgetImport: vi.fn(() => Promise.resolve()),
}))

const give = vi.mocked(api.giveFile)
const ask = vi.mocked(api.previewImport)
const commit = vi.mocked(api.commitImport)
const forget = vi.mocked(api.forgetImport)

const QUESTION = { id: 'coordinates', found: 'swapped' } as api.CoordinateQuestion
const preview = (of: Partial<api.ImportPreview> = {}) =>
  ({
    id: 'i',
    what: 'stations',
    taken: 3,
    refused: 0,
    questions: [],
    mapping_needed: false,
    ...of,
  }) as unknown as api.ImportPreview
const refusal = (code: 'not_found' | 'conflict' | 'invalid') => new Refused({ code, message: 'x' })
const file = { name: 'a.csv', size: 1 } as File

beforeEach(() => {
  setActivePinia(createPinia())
  vi.clearAllMocks()
})

describe('a file on its way in', () => {
  it('stores nothing while its question is open, and keeps the question for another answer', async () => {
    const imports = useImports()
    give.mockResolvedValue(preview({ questions: [QUESTION] }))
    await imports.give('d', 'stations', file)
    expect([imports.stage, imports.obstacle]).toEqual(['preview', 'coordinates'])
    expect(imports.answers).toEqual({})
    await imports.commit()
    expect(commit).not.toHaveBeenCalled()

    ask.mockResolvedValue(preview())
    await imports.answer({ coordinates: 'swapped' })
    expect(ask).toHaveBeenCalledWith('d', 'i', { coordinates: 'swapped' })
    expect([imports.obstacle, imports.question]).toEqual([null, QUESTION])
    commit.mockResolvedValue({ added: 3, changed: 0, unchanged: 0, refused: 0 })
    await imports.commit()
    expect([imports.stage, imports.result?.added]).toEqual(['done', 3])
  })

  it('says an earlier answer again with a later one', async () => {
    const imports = useImports()
    give.mockResolvedValue(preview({ what: 'incidents', mapping_needed: true }))
    await imports.give('d', 'incidents', file)
    expect(imports.obstacle).toBe('mapping')
    ask.mockResolvedValue(preview({ what: 'incidents', questions: [QUESTION] }))
    await imports.answer({ mapping: 'm' })
    await imports.answer({ coordinates: 'gcj02' })
    expect(ask).toHaveBeenLastCalledWith('d', 'i', { mapping: 'm', coordinates: 'gcj02' })
  })

  it('is not stored under an answer that failed', async () => {
    const imports = useImports()
    give.mockResolvedValue(preview())
    await imports.give('d', 'stations', file)
    ask.mockRejectedValue(refusal('invalid'))
    await imports.answer({ mapping: 'bad' })
    expect([imports.stage, imports.obstacle]).toEqual(['preview', 'unsettled'])
    expect([imports.failure?.attempt, imports.answers]).toEqual(['ask', {}])
    await imports.commit()
    expect(commit).not.toHaveBeenCalled()
  })

  it.each([
    [preview({ what: 'grids', refused: 1 }), 'geometry'],
    [preview({ refused: 1 }), null],
    [preview({ taken: 0 }), 'nothing'],
  ])('knows what stands in the way: %#', async (seen, obstacle) => {
    const imports = useImports()
    give.mockResolvedValue(seen)
    await imports.give('d', seen.what, file)
    expect(imports.obstacle).toBe(obstacle)
  })
})

describe('a file that fails', () => {
  it.each<[unknown, string]>([
    [refusal('conflict'), 'preview'],
    [new Unreachable('no answer'), 'preview'],
    [refusal('not_found'), 'idle'],
  ])('keeps the preview unless the server has forgotten it: %#', async (error, stage) => {
    const imports = useImports()
    give.mockResolvedValue(preview())
    await imports.give('d', 'stations', file)
    commit.mockRejectedValue(error)
    await imports.commit()
    expect([imports.stage, imports.failure]).toEqual([stage, { attempt: 'store', error }])
    expect(imports.preview === null).toBe(stage === 'idle')
    expect(imports.what).toBe('stations')
  })

  it('leaves a late answer about an earlier file aside', async () => {
    const imports = useImports()
    let late: (seen: api.ImportPreview) => void = () => undefined
    give.mockReturnValueOnce(new Promise((resolve) => (late = resolve)))
    const first = imports.give('d', 'stations', file)
    expect(imports.stage).toBe('sending')
    imports.leave()
    late(preview({ id: 'late' }))
    await first
    expect([imports.stage, imports.preview]).toEqual(['idle', null])
  })

  it('is forgotten at the server when it is left, but not once it is stored', async () => {
    const imports = useImports()
    give.mockResolvedValue(preview())
    await imports.give('d', 'stations', file)
    imports.leave()
    expect(forget).toHaveBeenCalledExactlyOnceWith('d', 'i')
    await imports.give('d', 'stations', file)
    commit.mockResolvedValue({ added: 3, changed: 0, unchanged: 0, refused: 0 })
    await imports.commit()
    imports.leave()
    expect(forget).toHaveBeenCalledOnce()
  })
})
