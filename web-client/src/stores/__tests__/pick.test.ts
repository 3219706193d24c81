import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { usePick } from '../pick'

beforeEach(() => setActivePinia(createPinia()))

it('answers who asked, and gives up the question before', async () => {
  const pick = usePick()
  const first = pick.pick()
  const second = pick.pick()
  await expect(first).resolves.toBeNull()
  expect(pick.picking).toBe(true)
  pick.answer({ lng: 1, lat: 2 })
  await expect(second).resolves.toEqual({ lng: 1, lat: 2 })
  expect(pick.picking).toBe(false)
})
