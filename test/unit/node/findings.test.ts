import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
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

test('that a list of rooms was lost is told at each start until nothing is held back any more', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-findings-'))
  const room = { isHeldBack: true, isCarried: false, record: { name: 'Kitchen' } }
  const isTold = async (onRun: (findings: Findings) => void = () => undefined): Promise<boolean> => {
    const { store } = await openDataFolder(dataDir)
    const rooms = { list: () => [room], get: () => room }
    const log = Object.assign(() => undefined, { error: () => undefined })
    const core = { dataDir, store, log, machine: { rooms }, stopped: AbortSignal.abort() }
    const findings = new Findings(core as unknown as NodeCore, store, () => undefined)
    findings.begin()
    onRun(findings)
    const list = findings.list()
    store.close()
    return list.some((line) => line.includes('kith.db-rooms'))
  }
  try {
    expect(await isTold(), 'a fresh folder').toBe(false)
    rmSync(join(dataDir, 'kith.db-rooms'))
    expect(await isTold(), 'the first start').toBe(true)
    expect(await isTold(), 'the next start').toBe(true)
    room.isHeldBack = false
    expect(await isTold((findings) => findings.holding('room' as RoomId, 'ended'))).toBe(false)
    room.isHeldBack = true
    expect(await isTold(), 'a room that is held back for another reason, later').toBe(false)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('rooms in which nothing can be written are one finding, however many they are', () => {
  expect(findingsOf(0)).toEqual([])
  expect(findingsOf(2)).toEqual([expect.stringMatching(/^nothing can be written in 'R0', 'R1': documents/)])
  expect(findingsOf(12)).toEqual([expect.stringMatching(/^nothing .*, 'R9' and 2 other rooms: documents/)])
})
