/**
 * Draws docs/architecture.svg from the imports: the folders of src/ and protocols/ as boxes, an
 * arrow from each to those it imports, unless longer paths already connect the two. With `--check` it
 * writes nothing, and fails if the file is out of date.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { instance } from '@viz-js/viz'
import { writeGenerated } from './generated-file.ts'

/** The text below a box's name. */
const PURPOSES: Readonly<Record<string, string>> = {
  'src/cli': 'the terminal',
  'src/api': 'HTTP API on loopback, and its client',
  'src/web': 'the web page',
  'src/node': 'a running node: createNode()',
  'src/testing': 'property tests for apps',
  'src/kith': 'public types of the library',
  'src/machine': 'a node as one machine, a wing per protocol',
  'src/room': 'rooms: graph, order, state',
  'src/apps': 'the meaning of documents: chat, map',
  'src/files': 'files and folders as blocks',
  'src/host': 'libp2p: discovery, connections, gossip',
  'src/store': 'SQLite and files, or memory',
  'src/runtime': 'runs machines; commits, then sends',
  'src/simulate': 'the same machines on virtual time',
  'protocols/room-state': 'who is online, and what they have',
  'protocols/batch-sync': 'every document to everyone',
  'protocols/ensure-map': 'blocks and what they need',
  'protocols/nearby': 'rooms for newcomers',
  'protocols/network': 'who is linked with whom',
  'protocols/checkup': 'dialling back',
  'protocols/ring': 'items on strangers',
  'protocols/room': 'rules of rooms and their state',
  'protocols/apps': 'rules of chats and maps',
  'protocols/file': 'rules of shared files',
  'protocols/document': 'the signed block',
  'protocols/wire': 'ids, frames, limits',
}

const IMPORT = /(?:from|import|import\() ?'(\.[^']+)'/g

type Graph = Map<string, Set<string>>

/** The box of a source file: its folder, or for files directly in src/, their name. */
function boxOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  const name = second.replace(/\.ts$/, '').replace(/^kith-.*/, 'kith')
  return `${top}/${name}`
}

/** The boxes and their imports. */
function readImports(): Graph {
  const imports: Graph = new Map()
  for (const path of globSync('{src,protocols}/**/*.{ts,tsx}').toSorted()) {
    const box = boxOf(path)
    const targets = imports.get(box) ?? new Set()
    imports.set(box, targets)
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const other = boxOf(join(dirname(path), target))
      if (other !== box) targets.add(other)
    }
  }
  return imports
}

/** All boxes reachable from one by at least one arrow. */
function reachedFrom(imports: Graph, from: string, reached = new Set<string>()): Set<string> {
  for (const next of imports.get(from) ?? []) {
    if (reached.has(next)) continue
    reached.add(next)
    reachedFrom(imports, next, reached)
  }
  return reached
}

/** Only the arrows without which a box would no longer be reachable. */
function neededArrows(imports: Graph): [from: string, to: string][] {
  return [...imports].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reachedFrom(imports, other).has(to)))
      .toSorted()
      .map((to): [string, string] => [from, to]),
  )
}

function boxLine(name: string): string {
  const purpose = PURPOSES[name]
  const label = [name, ...(purpose === undefined ? [] : [purpose])].join('\\n')
  const colour = isProtocol(name) ? '#dcfce7' : '#e0f2fe'
  return `"${name}" [label="${label}", fillcolor="${colour}"]`
}

/** Protocols that no other one imports: each can be used alone, so they are placed side by side. */
function protocolRow(imports: Graph): string[] {
  const protocols = [...imports.keys()].filter(isProtocol).toSorted()
  return protocols.filter((name) => !protocols.some((other) => imports.get(other)?.has(name) === true))
}

function isProtocol(name: string): boolean {
  return name.startsWith('protocols/')
}

function dotOf(imports: Graph): string {
  const boxes = [...imports.keys()].toSorted()
  const row = protocolRow(imports).map((name) => `"${name}"`)
  return `digraph {
    graph [bgcolor="white", pad=0.3, nodesep=0.25, ranksep=0.45, fontname="Helvetica,Arial,sans-serif"]
    node [shape=box, style="rounded,filled", color="#94a3b8", fontname="Helvetica,Arial,sans-serif", fontsize=12, margin="0.25,0.08"]
    edge [color="#64748b", arrowsize=0.7]
    ${boxes.map(boxLine).join('\n    ')}
    { rank=same; ${row.join('; ')} }
    ${neededArrows(imports)
      .map(([from, to]) => `"${from}" -> "${to}"`)
      .join('\n    ')}
  }`
}

const viz = await instance()
const drawing = viz.renderString(dotOf(readImports()), { format: 'svg' })
// Names in bold; Graphviz could do it only by setting every line by itself.
const styled = drawing.replace(/<g id="graph0"/, '<style>.node text:first-of-type { font-weight: bold }</style>\n$&')
writeGenerated('docs/architecture.svg', styled, 'the imports')
