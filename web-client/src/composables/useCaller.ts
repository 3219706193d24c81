/** Who calls the hotline: entered beside the report, and kept in the form until the server has it. */
import { reactive } from 'vue'
import { addParty } from '@/api/personal'
import { newId } from '@/protocol'
import { useFailure } from './useFailure'

const filled = (text: string) => (text.trim() === '' ? null : text.trim())

export function useCaller() {
  const { busy, failure, attempt } = useFailure()
  const caller = reactive({ name: '', phone: '' })
  /** Made once, so that a second try enters the same person. */
  const party = newId()

  /** Whether there is nothing to enter, or the server has it. */
  async function enter(incident: string): Promise<boolean> {
    const [name, phone] = [filled(caller.name), filled(caller.phone)]
    if (name === null && phone === null) return true
    return attempt(() => addParty(incident, { party, part: 'reporter', name, phone }))
  }

  return { caller, entering: busy, lost: failure, enter }
}
