import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NodeCore } from '../../../src/node/core.ts'
import { openDataFolder } from '../../../src/node/data-folder.ts'
import { Findings } from '../../../src/node/findings.ts'
import { memoryStore } from '../../../src/store/memory.ts'

function findingsOf(rooms: number): string[] {
  const list = Array.from({ length: rooms }, (_, i) => ({
    isHeldBack: true,
    isCarried: false,
    record: { name: `R${i}` },
  }))
  const store = memoryStore()
  const core = { store, machine: { rooms: { list: () => list } } } as unknown as NodeCore
  return new Findings(core, store, () => undefined).list()
}

test.each([
  ['absent', undefined],
  ['empty', ''],
  ['damaged', 'x'],
])('a store whose list of rooms is %s may have lost rooms, which is told', async (_, text) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-findings-'))
  const findings = async (): Promise<[string[], boolean]> => {
    const { store, isKeyRestored } = await openDataFolder(dataDir)
    const core = { dataDir, store, machine: { rooms: { list: () => [] } }, stopped: new AbortController().signal }
    const list = new Findings(core as unknown as NodeCore, store, () => undefined).list()
    store.close()
    return [list, isKeyRestored]
  }
  try {
    expect(await findings(), 'a fresh folder').toEqual([[], false])
    expect(await findings(), 'a used one without rooms').toEqual([[], false])
    const marks = join(dataDir, 'kith.db-rooms')
    if (text === undefined) rmSync(marks)
    else writeFileSync(marks, text)
    const told = `^${marks}, which tells what rooms are here, was missing or damaged: `
    expect(await findings()).toEqual([[expect.stringMatching(told)], true])
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('rooms in which nothing can be written are one finding, however many they are', () => {
  expect(findingsOf(0)).toEqual([])
  expect(findingsOf(2)).toEqual([expect.stringMatching(/^nothing can be written in 'R0', 'R1': documents/)])
  expect(findingsOf(12)).toEqual([expect.stringMatching(/^nothing .*, 'R9' and 2 other rooms: documents/)])
})
