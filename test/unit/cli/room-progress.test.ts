import { expect, it } from 'vitest'
import type { RoomProgress } from '../../../src/kith.ts'
import { describeRoomProgress, roomProgressLine } from '../../../src/cli/room-progress.ts'

const history: RoomProgress = {
  ...{ room: 'bafyreia', name: 'Kitchen', what: 'history', known: 100_000, have: 41_200, missing: 58_800 },
  ...{ perSecond: 7_013, remainingMs: 8_385 },
}
const state: RoomProgress = {
  ...{ room: 'bafyreib', name: 'Attic', what: 'state', known: 4 * 2 ** 20, have: 2 ** 20, missing: 3 * 2 ** 20 },
  ...{ perSecond: 2 ** 20, remainingMs: 3_000 },
}

it('tells how far a history or a state is', () => {
  expect(roomProgressLine(history)).toBe('Kitchen: 41,200 of about 100,000 documents, 7,000 /s, 9 s left')
  expect(roomProgressLine(state)).toBe('Attic: 1.0 MiB of 4.0 MiB of the state, 1.0 MiB/s, 3 s left')
  expect(roomProgressLine({ ...state, perSecond: 0, remainingMs: null })).toBe(
    'Attic: 1.0 MiB of 4.0 MiB of the state, nothing comes at present',
  )
})

it('adds up documents, or bytes if there are only states', () => {
  expect(describeRoomProgress([history, state, history])).toMatchObject({ done: 82_400, total: 200_000 })
  expect(describeRoomProgress([state, state])).toMatchObject({ done: 2 * 2 ** 20, total: 8 * 2 ** 20 })
})
