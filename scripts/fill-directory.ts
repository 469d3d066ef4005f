/**
 * A directory on real nodes, in one process, over TCP on loopback, each with a database of its own: one fills it, another one
 * that came last looks. Prints how long it takes, and what each node holds:
 * `node scripts/fill-directory.ts [--entries N] [--nodes N] [--searches N]`.
 *
 * Fails if a search finds something else than is there.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/** As built: Node cannot strip the types of all of the source. */
const LIBRARY = new URL('../dist/src/node.js', import.meta.url)
const { createNode } = (await import(LIBRARY.href)) as typeof import('../src/node.ts')

const LISTEN = ['/ip4/127.0.0.1/tcp/0']
const BATCH = 2_000
const WORDS = ['soup', 'tomato', 'bread', 'apple', 'anchovy', 'rice', 'roast', 'salt', 'tea', 'sugar', 'thyme', 'zest']
const MS_PER_SECOND = 1_000
const POLL_MS = 50

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    nodes: { type: 'string', default: '5' },
    searches: { type: 'string', default: '200' },
  },
})
const [count, nodeCount, searches] = [values.entries, values.nodes, values.searches].map(Number) as [
  number,
  number,
  number,
]
const grouped = (number: number): string => Math.round(number).toLocaleString('en')

/** Unevenly spread, each once. */
const textOf = (i: number): string => `${WORDS[(i * i) % 12] ?? ''}, ${WORDS[(i >> 3) % 11] ?? ''} ${i.toString(36)}`

const folder = mkdtempSync(join(tmpdir(), 'kith-directory-'))
const nodes: Awaited<ReturnType<typeof createNode>>[] = []
const start = async (name: string) => {
  const peers = nodes.flatMap((node) => node.addresses().slice(0, 1))
  const node = await createNode({ dataDir: join(folder, name), name, listen: LISTEN, mdns: false, ring: false })
  for (const peer of peers) await node.connect(peer)
  nodes.push(node)
  return node
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(POLL_MS)
}

try {
  const first = await start('node-0')
  const { id } = await first.rooms.create({ name: 'Phonebook', app: 'directory' })
  for (let i = 1; i < nodeCount; i++) {
    const node = await start(`node-${i}`)
    const room = await node.rooms.join(id)
    await until(() => room.status === 'open')
  }
  await pause(MS_PER_SECOND)
  const { directory } = first.rooms.get(id)
  const texts = Array.from({ length: count }, (_, i) => textOf(i))
  const startedMs = performance.now()
  let fewest = Infinity
  for (let i = 0; i < count; i += BATCH) {
    const added = await directory.addAll(texts.slice(i, i + BATCH).map((text) => ({ text })))
    fewest = Math.min(fewest, added.copies)
  }
  const seconds = (performance.now() - startedMs) / MS_PER_SECOND
  console.log(
    `${grouped(count)} entries on ${nodeCount} nodes in ${seconds.toFixed(1)} s, ${grouped(count / seconds)} a second, at least ${fewest} copies of each`,
  )
  const sizes = nodes.map((_, i) => statSync(join(folder, `node-${i}`, 'kith.db')).size)
  console.log(`  database of a node: ${sizes.map((size) => `${grouped(size / count)} B`).join(', ')} for each entry`)

  const last = await start('late')
  const room = await last.rooms.join(id)
  await until(() => room.status === 'open')
  await pause(MS_PER_SECOND)
  const sorted = texts.toSorted()
  const costs: { ms: number; rounds: number; bytes: number }[] = []
  let wrong = 0
  for (let i = 0; i < searches; i++) {
    const text = texts[(i * 7_919) % count] ?? ''
    const prefix = text.slice(0, 1 + (i % text.length)).trim()
    const from = performance.now()
    const { entries, cost, isIncomplete } = await room.directory.find(prefix)
    costs.push({ ms: performance.now() - from, ...cost })
    const expected = sorted.filter((each) => each.startsWith(prefix)).slice(0, 20)
    if (JSON.stringify(entries.map((entry) => entry.text)) !== JSON.stringify(expected)) {
      wrong++
      console.log(`  '${prefix}': ${entries.length} of ${expected.length}${isIncomplete ? ', and says so' : ''}`)
    }
  }
  const ms = costs.map((cost) => cost.ms).sort((a, b) => a - b)
  const most = (key: 'rounds' | 'bytes'): string => grouped(Math.max(...costs.map((cost) => cost[key])))
  console.log(
    `${searches} searches: ${ms[searches >> 1]?.toFixed(1)} ms in the middle, ${ms.at(-1)?.toFixed(1)} ms at most; ` +
      `${most('rounds')} round trips and ${most('bytes')} bytes at most; wrong: ${wrong}`,
  )
  if (wrong > 0) process.exitCode = 1
} finally {
  await Promise.all(nodes.map((node) => node.stop()))
  rmSync(folder, { recursive: true })
}
