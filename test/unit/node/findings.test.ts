import { expect, test } from 'vitest'
import type { NodeCore } from '../../../src/node/core.ts'
import { Findings } from '../../../src/node/findings.ts'
import { memoryStore } from '../../../src/store/memory.ts'

function findingsOf(rooms: number): string[] {
  const list = Array.from({ length: rooms }, (_, i) => ({
    isHeldBack: true,
    isCarried: false,
    record: { name: `R${i}` },
  }))
  const core = { machine: { rooms: { list: () => list } } } as unknown as NodeCore
  return new Findings(core, memoryStore(), () => undefined).list()
}

test('rooms in which nothing can be written are one finding, however many they are', () => {
  expect(findingsOf(0)).toEqual([])
  expect(findingsOf(2)).toEqual([expect.stringMatching(/^nothing can be written in 'R0', 'R1': documents/)])
  expect(findingsOf(12)).toEqual([expect.stringMatching(/^nothing .*, 'R9' and 2 other rooms: documents/)])
})
