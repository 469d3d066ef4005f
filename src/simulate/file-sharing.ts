/** The files of a simulation: who adds them, who wants them, and who has had them since when. */
import { FILE_KIND } from '../../protocols/file/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { Ensured } from '../../protocols/ensure-map/index.ts'
import type { BlockId, DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { FILE_KEY_BYTES } from '../../protocols/file/constants.ts'
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import { randomBytesOf } from '../../protocols/sealing/index.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { fileBody } from '../files/file-document.ts'
import { grouped } from '../grouped.ts'
import { DEFAULT_AUTO_FETCH_BYTES } from '../machine/constants.ts'
import { dagBytesMax } from '../machine/ensure-map/room-files.ts'
import { endOf } from './access-end.ts'
import { fileDag, sealedDag, type DagBlock } from './file-dag.ts'
import type { Scenario } from './scenario.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

/** A file that a user will add. */
export interface NewFile {
  name: string
  sizeBytes: number
  blockBytes: number
  /** The nodes whose users ask for it. */
  wantedBy: readonly number[]
}

interface SharedFile extends NewFile {
  id: BlockId
  author: SimulatedNode
  room: RoomId
  blocks: readonly DagBlock[]
  sealing: Sealing | undefined
  /** The document that announces it; undefined: none yet, or a crash has undone it. */
  toldIn: DocumentId | undefined
  /** Which nodes have all of it, and since when. */
  gotAtMs: Map<SimulatedNode, number>
}

/** The outcome for the files that nodes want. */
export interface FileTotals {
  /** The sum over files of the nodes that want them, without those that added them. */
  wanted: number
  /** How many of these arrived in the main phase. */
  inLife: number
  /** Bytes of file blocks that nodes got from others, each block counted once per node. */
  neededBytes: number
}

export class FileSharing {
  readonly #scenario: Scenario
  readonly #files = new Map<BlockId, SharedFile>()
  readonly #rooms: readonly SimulatedRoom[]
  readonly #random: Random
  readonly #elapsedMs: () => number

  constructor(scenario: Scenario, rooms: readonly SimulatedRoom[], random: Random, elapsedMs: () => number) {
    this.#scenario = scenario
    this.#random = random
    this.#rooms = rooms
    this.#elapsedMs = elapsedMs
  }

  /** What a user who shares a file does, in the way `src/node` does it. */
  add(author: SimulatedNode, room: RoomId, file: NewFile): void {
    const { name, sizeBytes, blockBytes } = file
    const plain = fileDag(name, sizeBytes, blockBytes)
    const sealing = this.#sealingOf(plain)
    const blocks = sealing === undefined ? plain : sealedDag(plain, sealing.key)
    const id = blocks.at(-1)?.id
    if (id === undefined) throw new RangeError('a file has blocks')
    this.#files.set(id, { ...file, id, author, room, blocks, sealing, toldIn: undefined, gotAtMs: new Map() })
    author.command({ type: 'put-blocks', blocks })
    author.command({ type: 'ensure', room, id, maxBytes: dagBytesMax({ id, type: 'file', sizeBytes, sealing }) })
    // Names of nodes may not be valid in file names.
    const body = fileBody({ name: `file ${this.#files.size}`, type: 'file', sizeBytes, ...(sealing && { sealing }) })
    author.command({ type: 'write', room, kind: FILE_KIND, body, links: [id] }, (completion) => {
      if ('error' in completion) author.command({ type: 'release', room, id })
    })
  }

  /** Undefined if everybody may read the blocks. */
  #sealingOf(blocks: readonly DagBlock[]): Sealing | undefined {
    const root = blocks.at(-1)?.id
    if (this.#scenario.access !== 'private' || root === undefined) return undefined
    return { key: randomBytesOf(this.#random, FILE_KEY_BYTES), root }
  }

  /** Sets how large the files may be that nodes fetch automatically, and asks for those that their users want. */
  begin(node: SimulatedNode, room: RoomId): void {
    const { autoFetchBytesMax } = this.#scenario
    if (autoFetchBytesMax !== undefined) node.command({ type: 'limit-files', room, autoFetchBytesMax })
    this.ask(node, room)
  }

  /** Asks for the files that a node's user wants, that the room has announced there, and that were not asked for yet. */
  ask(node: SimulatedNode, room: RoomId): void {
    for (const id of node.store.linking(room).flatMap(({ links }) => links)) {
      const file = this.#files.get(id)
      if (file?.wantedBy.includes(node.index) !== true || node.store.ensured(room, id)?.pinned === true) continue
      const { sizeBytes, sealing } = file
      node.command({ type: 'ensure', room, id, maxBytes: dagBytesMax({ id, type: 'file', sizeBytes, sealing }) })
    }
  }

  /** A document became part of a node's room. */
  told({ id, links }: Document, node: SimulatedNode, room: RoomId): void {
    const files = links.flatMap((link) => this.#files.get(link as BlockId) ?? [])
    for (const file of files) file.toldIn = id
    if (files.length > 0) this.ask(node, room)
  }

  /** A block that a node is fetching is complete, or cannot be fetched. */
  ended(node: SimulatedNode, { id, state }: Ensured): void {
    const file = this.#files.get(id)
    if (state === 'complete' && file?.gotAtMs.has(node) === false) file.gotAtMs.set(node, this.#elapsedMs())
  }

  /** Violations concerning the files, one line each. */
  violations(): string[] {
    return [...this.#lacking(), ...this.#wrongBlocks(), ...this.#strangeBlocks()]
  }

  #lacking(): string[] {
    return this.#wants().flatMap(({ file, node }) => {
      const missing = file.blocks.filter(({ id }) => node.store.blockSizeBytes(id) === undefined).length
      const state = node.store.ensured(file.room, file.id)?.state
      if (missing === 0 && state === 'complete') return []
      return [
        `${node.name} lacks ${grouped(missing)} of ${grouped(file.blocks.length)} blocks of '${file.name}', which is ${state}`,
      ]
    })
  }

  #wrongBlocks(): string[] {
    return this.#told().flatMap(({ file, nodes }) =>
      nodes.flatMap(({ name, store }) =>
        file.blocks.flatMap(({ id, block }) =>
          Buffer.compare(store.block(id) ?? block, block) === 0 ? [] : [`${name} has the wrong bytes for ${id}`],
        ),
      ),
    )
  }

  /** Blocks that no user added, and that were not let go of so lately that they are still to be collected. */
  #strangeBlocks(): string[] {
    const added = [...this.#files.values()].flatMap(({ blocks }) => blocks.map(({ id }) => id))
    return this.#rooms
      .flatMap(({ nodes }) => nodes)
      .flatMap(({ name, store }) => {
        const known = new Set([...added, ...store.releasedBlocks(Infinity).ids])
        const unneeded = store.unneededBlocks(Infinity).blocks
        return unneeded.flatMap(({ id }) => (known.has(id) ? [] : [`${name} keeps ${id}, which nobody added`]))
      })
  }

  totals(): FileTotals {
    const wants = this.#wants()
    const { durationMs } = this.#scenario
    return {
      wanted: wants.length,
      inLife: wants.filter(({ file, node }) => (file.gotAtMs.get(node) ?? Infinity) <= durationMs).length,
      neededBytes: this.#told()
        .flatMap(({ file, nodes }) =>
          nodes.flatMap(({ store }) => file.blocks.map(({ id }) => store.blockSizeBytes(id))),
        )
        .reduce<number>((sum, sizeBytes = 0) => sum + sizeBytes, 0),
    }
  }

  /** Each file that a node wants. */
  #wants(): { file: SharedFile; node: SimulatedNode }[] {
    return this.#told().flatMap(({ file, nodes }) =>
      nodes.filter((node) => this.#isWanted(file, node) && !wasMissed(file, node)).map((node) => ({ file, node })),
    )
  }

  /** The files announced in rooms, and the nodes that may want them. */
  #told(): { file: SharedFile; nodes: SimulatedNode[] }[] {
    const told = [...this.#files.values()].filter(({ toldIn }) => toldIn !== undefined)
    return told.flatMap((file) => {
      const room = this.#rooms.find(({ id }) => id === file.room)
      if (room === undefined) return []
      const nodes = room.watch === undefined ? room.nodes : endOf(room).recipientsOf(file.id)
      return [{ file, nodes: nodes.filter((node) => node !== file.author) }]
    })
  }

  #isWanted({ sizeBytes, wantedBy }: SharedFile, { index }: SimulatedNode): boolean {
    const { autoFetchBytesMax = DEFAULT_AUTO_FETCH_BYTES, carriers } = this.#scenario
    return sizeBytes <= autoFetchBytesMax || carriers.has(index) || wantedBy.includes(index)
  }
}

/** Whether a node began after the document that announces a file, which nobody keeps any more. */
function wasMissed({ id, room, toldIn }: SharedFile, node: SimulatedNode): boolean {
  return toldIn !== undefined && node.hasDropped(toldIn) && node.store.ensured(room, id) === undefined
}
