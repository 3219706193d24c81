import { describe, expect, it } from 'vitest'
import type { AssignmentMove, Incident, IncidentMove, Request } from '@/protocol'
import { foreseen } from '../foreseen'

const incident = {
  id: 'i',
  state: 'dispatched',
  assignments: [
    { id: 'a', state: 'called' },
    { id: 'b', state: 'called' },
  ],
} as Incident
const call = (step: AssignmentMove['step'], of = 'i', assignment = 'a') =>
  ({ type: 'move_assignment', incident: of, assignment, move: { step } }) as Request
const move = (step: IncidentMove['step'], of = 'i') =>
  ({ type: 'move_incident', incident: of, move: { step } }) as Request

describe('an incident is foreseen', () => {
  it.each([
    ['as it is', [], 'dispatched', 'called'],
    ['taken', [call('take')], 'dispatched', 'taken'],
    [
      'in the order of making',
      [call('take'), call('depart'), call('arrive')],
      'dispatched',
      'on_scene',
    ],
    [
      'handled and told of',
      [call('arrive'), move('record'), move('feedback')],
      'review',
      'on_scene',
    ],
    ['not by what is of another', [call('take', 'j'), move('record', 'j')], 'dispatched', 'called'],
    ['not by a step of the desk', [move('escalate')], 'dispatched', 'called'],
    ['not by a message', [{ type: 'post_message' } as Request], 'dispatched', 'called'],
  ] as const)('%s', (_name, waiting, state, first) => {
    const seen = foreseen(incident, waiting)
    expect([seen.state, ...seen.assignments.map((one) => one.state)]).toEqual([
      state,
      first,
      'called',
    ])
  })

  it('without a change of what is held', () => {
    foreseen(incident, [call('take'), move('record')])
    expect(incident.state).toBe('dispatched')
    expect(incident.assignments[0]?.state).toBe('called')
  })
})
