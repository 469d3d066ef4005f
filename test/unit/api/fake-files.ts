/** Files and wants in memory, for tests of the API and the terminal. */
import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import { KithError } from '../../../src/kith.ts'
import type {
  AddBytesOptions,
  FolderEntry,
  AddFileOptions,
  Ensured,
  EnsureStatus,
  FileInfo,
  FileLimits,
  Files,
  ReadFileOptions,
  SaveFileOptions,
  WhichVersion,
} from '../../../src/kith.ts'

export class FakeFiles implements Files {
  readonly #room: string
  readonly #infos: FileInfo[] = []
  /** Of files that have any, by document. */
  readonly contents = new Map<string, Buffer>()
  /** What was in folders that were added. */
  readonly folders: FolderEntry[][] = []
  #limits: FileLimits = { autoFetchBytesMax: 2 ** 20, bytesMax: 2 ** 30, pinnedBytes: 10, unpinnedBytes: 0 }

  constructor(room: string) {
    this.#room = room
  }

  /** Adds a file by someone else. */
  put(name: string, info: Partial<FileInfo> = {}): FileInfo {
    const number = this.#infos.length + 1
    const file: FileInfo = {
      id: `bafkfile${number}`,
      room: this.#room,
      document: `bafydocument${number}`,
      name,
      type: 'file',
      sizeBytes: 1536,
      ...{ version: 1, versions: 1 },
      author: '12D3KooWBob',
      authorName: 'Bob',
      timeMs: new Date(1999, 0, 2, 12, 0).getTime(),
      state: 'here',
      failure: null,
      pinned: false,
      ...info,
    }
    this.#infos.push(file)
    return file
  }

  async add(path: string, { name = basename(path), onProgress }: AddFileOptions = {}): Promise<FileInfo> {
    onProgress?.({ id: null, bytes: 512, sizeBytes: 1536, bytesPerSecond: 1024, peers: 0 })
    return Promise.resolve(this.put(name, { pinned: true }))
  }

  async checkAdd({ name, sizeBytes }: Pick<AddBytesOptions, 'name' | 'sizeBytes'>): Promise<void> {
    if (name.includes('<')) throw new KithError('bad-name', `the name "${name}" cannot be used`)
    if (sizeBytes > this.#limits.bytesMax) throw new KithError('quota', 'the files of this room may have 1 GiB')
    return Promise.resolve()
  }

  async addBytes(content: AsyncIterable<Uint8Array>, { name, sizeBytes, signal }: AddBytesOptions): Promise<FileInfo> {
    await this.checkAdd({ name, sizeBytes })
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    signal?.throwIfAborted()
    return this.#with(this.put(name, { pinned: true, sizeBytes }), Buffer.concat(chunks))
  }

  async addFolder(
    entries: readonly FolderEntry[],
    content: AsyncIterable<Uint8Array>,
    { name }: Omit<AddBytesOptions, 'sizeBytes'>,
  ): Promise<FileInfo> {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    this.folders.push([...entries])
    return this.#with(this.put(name, { pinned: true, type: 'folder' }), Buffer.concat(chunks))
  }

  /** Adds a file by someone else, with its bytes. */
  fill(name: string, content: Buffer, info: Partial<FileInfo> = {}): FileInfo {
    return this.#with(this.put(name, { sizeBytes: content.length, ...info }), content)
  }

  #with(file: FileInfo, content: Buffer): FileInfo {
    this.contents.set(file.document, content)
    return file
  }

  async *read(
    reference: string,
    { start = 0, end }: ReadFileOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const file = this.get(reference)
    if (file.state !== 'here') throw new KithError('not-here', 'It is not here.')
    yield await Promise.resolve((this.contents.get(file.document) ?? Buffer.alloc(0)).subarray(start, end))
  }

  list(): FileInfo[] {
    return this.#infos
  }

  get(reference: string, { version }: WhichVersion = {}): FileInfo {
    const found = this.#infos.find(
      (info) => [info.id, info.name, info.document].includes(reference) && info.version === (version ?? info.versions),
    )
    if (found === undefined) throw new KithError('no-such-file', `There is no file "${reference}".`)
    return found
  }

  async save(
    reference: string,
    { path = '.', onProgress, ...which }: SaveFileOptions = {},
  ): Promise<{ path: string; file: FileInfo }> {
    const file = this.get(reference, which)
    onProgress?.({ id: null, bytes: 512, sizeBytes: 1536, bytesPerSecond: 1024, peers: 2 })
    return Promise.resolve({ path, file })
  }

  async pin(reference: string, which?: WhichVersion): Promise<void> {
    this.get(reference, which).pinned = true
    return Promise.resolve()
  }

  async unpin(reference: string, which?: WhichVersion): Promise<void> {
    this.get(reference, which).pinned = false
    return Promise.resolve()
  }

  limits(): FileLimits {
    return this.#limits
  }

  async setLimits(limits: { autoFetchBytesMax?: number; bytesMax?: number }): Promise<void> {
    if ((limits.bytesMax ?? Infinity) < this.#limits.pinnedBytes) throw new KithError('quota', 'More is pinned.')
    this.#limits = { ...this.#limits, ...limits }
    return Promise.resolve()
  }
}

export interface FakeEnsuredOptions {
  job?: string | undefined
  noted?: Promise<void>
}

/** A request whose progress and end a test controls; it also ends if `noted` rejects. */
export class FakeEnsured extends EventEmitter<{ progress: [status: EnsureStatus] }> implements Ensured {
  readonly id: string
  readonly noted: Promise<void>
  readonly done: Promise<EnsureStatus>
  readonly #end = Promise.withResolvers<EnsureStatus>()
  #status: EnsureStatus

  constructor(id: string, room: string | null, { job, noted = Promise.resolve() }: FakeEnsuredOptions = {}) {
    super()
    this.id = id
    this.noted = noted
    this.done = this.#end.promise
    noted.catch((error: unknown) => this.#end.reject(error))
    this.#status = {
      id,
      room,
      state: 'searching',
      failure: null,
      pinned: false,
      known: 1,
      have: 0,
      missing: 1,
      bytes: 0,
      bytesPerSecond: 0,
      from: [],
      absentAt: 0,
      asked: 0,
      jobs: job === undefined ? [] : [job],
    }
  }

  status(): EnsureStatus {
    return this.#status
  }

  /** Makes progress. */
  move(changes: Partial<EnsureStatus>): void {
    this.#status = { ...this.#status, ...changes }
    this.emit('progress', this.#status)
  }

  complete(): void {
    this.move({ state: 'complete', have: this.#status.known, missing: 0 })
    this.#end.resolve(this.#status)
  }

  fail(failure: string): void {
    this.move({ state: 'failed', failure })
    this.#end.reject(new KithError('cannot-have', failure))
  }

  async cancel(): Promise<void> {
    this.#end.reject(new KithError('cancelled', 'It was cancelled.'))
    return Promise.resolve()
  }
}
