/** All roots that are being fetched, and the wants that come of them; ends of roots are told as effects. */
import type { BlockId, DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Asking } from './asking.ts'
import { MAX_MISSING, WALK_STEPS, type Priority } from './constants.ts'
import type { Ensured, EnsureMapCommand, EnsureMapEffects, EnsureMapPorts, EnsureProgress, Scope } from './ports.ts'
import { Root } from './root.ts'
import type { Want, Wants } from './wants.ts'

export interface RootsInit {
  ports: EnsureMapPorts
  wants: Wants
  asking: Asking
  effects: EnsureMapEffects
  /** A block that is here is needed in a room now, so that its members may have it. */
  onHeld: (room: RoomId, id: BlockId) => void
}

/** The roots of a node, by scope and id. */
export class Roots {
  readonly #init: RootsInit
  readonly #byScope = new Map<Scope, Map<BlockId, Root>>()
  /** Those that may have something to visit. */
  readonly #walking = new Set<Root>()
  /** Ancestors that documents of a room wait for. */
  readonly #missing = new Map<RoomId, Set<Want>>()
  #size = 0

  constructor(init: RootsInit) {
    this.#init = init
  }

  get size(): number {
    return this.#size
  }

  get canWalk(): boolean {
    return this.#walking.size > 0
  }

  /** Goes on with what was being fetched before. */
  open(scope: Scope): void {
    for (const row of this.#init.ports.searching(scope)) this.#begin(row)
  }

  /** Stops fetching, for now. */
  close(room: RoomId): void {
    for (const root of this.#byScope.get(room)?.values() ?? []) this.#end(root)
    this.#byScope.delete(room)
    for (const want of this.#missing.get(room) ?? []) {
      this.#init.asking.cancel(want)
      this.#init.wants.remove(want)
    }
    this.#missing.delete(room)
  }

  ensure({ room, id, pinned, maxBytes, job, addedAtMs }: EnsureMapCommand & { type: 'ensure' }): void {
    const before = this.#get(room, id)?.row ?? this.#init.ports.ensured(room, id)
    const jobs = [...new Set([...(before?.jobs ?? []), ...(job === undefined ? [] : [job])])]
    const isDone = before?.state === 'complete'
    const row: Ensured = {
      room,
      id,
      state: isDone ? 'complete' : 'searching',
      failure: undefined,
      pinned: pinned || before?.pinned === true,
      maxBytes: before === undefined || before.state === 'failed' ? maxBytes : widest(before.maxBytes, maxBytes),
      jobs: jobs.length > 0 ? jobs : NONE,
      addedAtMs: before?.addedAtMs ?? addedAtMs,
      blocks: before?.blocks ?? 0,
      sizeBytes: before?.sizeBytes ?? 0,
    }
    this.#put(row)
    const root = this.#get(room, id)
    if (root !== undefined) root.row = row
    else if (isDone) this.#init.effects.emit({ type: 'ensured', root: row })
    else this.#begin(row)
  }

  /** Visits a complete root again, as some of it may have been lost, and fetches that. */
  recheck(scope: Scope, id: BlockId): void {
    const row = this.#init.ports.ensured(scope, id)
    if (row?.state !== 'complete' || this.#get(scope, id) !== undefined) return
    const searching: Ensured = { ...row, state: 'searching' }
    this.#put(searching)
    this.#begin(searching)
  }

  release(scope: Scope, id: BlockId): void {
    const root = this.#get(scope, id)
    if (root !== undefined) this.#remove(root)
    this.#forget(scope, id)
  }

  /** Changes what is kept of a root; does nothing where there is none. */
  change(scope: Scope, id: BlockId, change: (row: Ensured) => Partial<Ensured>): void {
    const root = this.#get(scope, id)
    const before = root?.row ?? this.#init.ports.ensured(scope, id)
    if (before === undefined) return
    const row = { ...before, ...change(before) }
    if (root !== undefined) root.row = row
    this.#put(row)
  }

  /** Asks for an ancestor; undefined where that is being done, or it is here. */
  missing(room: RoomId, id: DocumentId, from: PeerId | undefined, priority: Priority): Want | undefined {
    const { wants } = this.#init
    const known = wants.get(room, id)
    const want = known ?? wants.missing(room, id, from, priority)
    const missing = this.#missing.get(room) ?? new Set()
    this.#missing.set(room, missing.add(want))
    return known === undefined ? want : undefined
  }

  /** Asks no more for an ancestor, unless a root needs it. */
  unwanted(room: RoomId, id: DocumentId): void {
    const { wants, asking } = this.#init
    const want = wants.get(room, id)
    if (want === undefined || this.#missing.get(room)?.delete(want) !== true || want.needs.length > 0) return
    asking.cancel(want)
    wants.remove(want)
  }

  /** Whether one more ancestor can be asked for in a room; that which nobody had for longest makes place for it. */
  makePlace(room: RoomId): boolean {
    const missing = this.#missing.get(room)
    if (missing === undefined || missing.size < MAX_MISSING) return true
    for (const want of missing) {
      if (want.state !== 'waiting' || want.attempts === 0) continue
      missing.delete(want)
      if (want.needs.length === 0) this.#init.wants.remove(want)
      return true
    }
    return false
  }

  /** Ends a want: its block is here, or an ancestor that waits for others itself. */
  forget(want: Want): void {
    this.#init.wants.remove(want)
    if (want.scope !== undefined) this.#missing.get(want.scope)?.delete(want)
  }

  /** The block of a want is here, from a peer or by another way. */
  arrived(want: Want, from: PeerId | undefined, nowMs: number): void {
    const { scope, id, needs } = want
    this.forget(want)
    if (scope !== undefined && needs.length > 0) this.#init.onHeld(scope, id)
    const sizeBytes = this.#init.ports.sizeBytes(id) ?? 0
    for (const { root, depth } of needs) {
      if (from !== undefined) root.took(from, sizeBytes, nowMs)
      root.arrived({ id, depth }, sizeBytes)
      this.#changed(root)
    }
  }

  /** Visits what can be visited, a bounded number of blocks. */
  walk(nowMs: number): void {
    let steps = WALK_STEPS
    for (const root of this.#walking) {
      if (steps <= 0) return
      const walked = root.walk(steps)
      steps -= Math.max(1, walked.steps)
      const { room, id } = root.row
      if (walked.needs.length > 0) {
        this.#init.effects.persist({ type: 'put-needs', room, root: id, needs: walked.needs })
      }
      for (const missing of walked.missing) this.#want(root, missing, nowMs)
      if (room !== undefined) for (const held of walked.held) this.#init.onHeld(room, held)
      this.#walking.delete(root)
      this.#changed(root)
    }
  }

  progress(scope: Scope, id: BlockId, nowMs: number): EnsureProgress | undefined {
    const root = this.#get(scope, id)
    if (root === undefined) return undefined
    const absent = new Set<PeerId>()
    const asked = new Set<PeerId>()
    for (const need of root.missing === 0 ? [] : root.needs()) {
      const want = this.#init.wants.get(scope, need)
      for (const { peer } of want?.absentAt ?? []) absent.add(peer)
      for (const peer of want?.asked ?? []) asked.add(peer)
    }
    return {
      ...{ known: root.known, have: root.have, sizeBytes: root.sizeBytes, bytesPerSecond: root.bytesPerSecond(nowMs) },
      ...{ from: root.from ?? new Map(), absentAt: absent.size, asked: asked.size },
    }
  }

  #want(root: Root, { id, depth }: { id: BlockId; depth: number }, nowMs: number): void {
    const { wants, ports } = this.#init
    const { room } = root.row
    const want = wants.need(room, id, { root, depth })
    if (room !== undefined && want.state === 'queued' && ports.isPending(room, id)) wants.validating(want, nowMs)
  }

  #begin(row: Ensured): void {
    const root = new Root(row, this.#init.ports)
    const roots = this.#byScope.get(row.room) ?? new Map<BlockId, Root>()
    this.#byScope.set(row.room, roots)
    roots.set(row.id, root)
    this.#size++
    this.#walking.add(root)
  }

  #changed(root: Root): void {
    if (root.failure !== undefined) this.#finish(root, { ...root.row, state: 'failed', failure: root.failure })
    else if (root.isComplete) {
      const { known: blocks, sizeBytes } = root
      this.#finish(root, { ...root.row, state: 'complete', blocks, sizeBytes })
    } else if (root.canWalk) this.#walking.add(root)
  }

  #finish(root: Root, row: Ensured): void {
    if (this.#get(row.room, row.id) !== root) return
    this.#remove(root)
    // What came of one that cannot be had is of no use.
    if (row.state === 'failed') this.#forget(row.room, row.id)
    this.#put(row)
    this.#init.effects.emit({ type: 'ensured', root: row })
  }

  #remove(root: Root): void {
    this.#byScope.get(root.row.room)?.delete(root.row.id)
    this.#end(root)
  }

  /** Lets go of the wants that only this root had. */
  #end(root: Root): void {
    this.#size--
    this.#walking.delete(root)
    if (root.missing === 0) return
    for (const id of root.needs()) {
      const want = this.#init.wants.get(root.row.room, id)
      if (want === undefined || want.needs.length === 0) continue
      want.needs = want.needs.filter((need) => need.root !== root)
      if (want.needs.length > 0 || this.#isMissing(want)) continue
      this.#init.asking.cancel(want)
      this.#init.wants.remove(want)
    }
  }

  #isMissing(want: Want): boolean {
    return want.scope !== undefined && this.#missing.get(want.scope)?.has(want) === true
  }

  #forget(room: Scope, id: BlockId): void {
    this.#init.effects.persist({ type: 'delete-ensured', room, id })
  }

  #put(row: Ensured): void {
    this.#init.effects.persist({ type: 'put-ensured', row })
  }

  #get(scope: Scope, id: BlockId): Root | undefined {
    return this.#byScope.get(scope)?.get(id)
  }
}

/** One for all roots without a job, of which there may be many. */
const NONE: readonly string[] = []

/** The larger of two limits, of which none is larger than all. */
function widest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b)
}
