/** Authors whom a node invents. */
import { expect, test } from 'vitest'
import { decodeDocument, isSignatureValid } from '../../../protocols/document/document.ts'
import { inventedDocument } from '../../../src/simulate/crowds.ts'
import { loadScenario } from '../../../src/simulate/load-scenario.ts'
import { simulate } from '../../../src/simulate/simulate.ts'
import { NOW_MS, rootOf } from '../room/history.ts'

const room = rootOf().id

test('each has a key of its own, and writes one document after the root', () => {
  const documents = [0, 1, 2].flatMap((node) =>
    [0, 1, 300].map((number) => inventedDocument(room, node, number, NOW_MS)),
  )
  expect(new Set(documents.map(({ author }) => author)).size).toBe(9)
  for (const { block } of documents) {
    const document = decodeDocument(block)
    expect(document).toMatchObject({ room, seq: 0, previous: null, parents: [room] })
    expect(isSignatureValid(document)).toBe(true)
  }
  expect(inventedDocument(room, 1, 2, NOW_MS)).toEqual(inventedDocument(room, 1, 2, NOW_MS))
})

test('all nodes come to have all of it', async () => {
  const text = `
duration: 10m
nodes: [A, B, Eve]
topology: line
crowds: [{ node: Eve, authors: 300, at: 1m, over: 10s }]
workload: { writes: [{ by: [A], count: 3, every: 2m }], introductions: writers }
`
  const report = simulate(await loadScenario(text, 'crowd.yaml', 'crowd'), 1)
  expect(report.violations).toEqual([])
  expect(report.documents).toBeGreaterThanOrEqual(305)
  expect(report.delivery.delivered).toBe(2 * report.documents)
})
