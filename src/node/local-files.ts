/** The files of one room of a running node. */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { FILE_KEY_BYTES, FILE_KIND } from '../../protocols/file/constants.ts'
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import type { PeerId, BlockId, DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { checkTarget, exportDag } from '../files/export-path.ts'
import { fileBody } from '../files/file-document.ts'
import type { BlockSink } from '../files/block-sink.ts'
import { checkFileName } from '../files/file-name.ts'
import { importEntries } from '../files/import-folder.ts'
import { importBytes } from '../files/import-bytes.ts'
import { importPath, type ImportedPath, type ImportOptions } from '../files/import-path.ts'
import { checkUmask } from '../files/permissions.ts'
import {
  KithError,
  type AddBytesOptions,
  type AddFileOptions,
  type EnsureStatus,
  type FileInfo,
  type FileLimits,
  type Files,
  type FolderEntry,
  type ReadFileOptions,
  type SaveFileOptions,
  type WhichVersion,
} from '../kith.ts'
import { requireStay } from '../machine/moves.ts'
import { newGuestName, shownGuest } from '../guest-name.ts'
import { newFileName, shownName } from '../names.ts'
import { dagBytesMax } from '../machine/ensure-map/room-files.ts'
import type { EnsuredRow, FileRow } from '../store/blocks.ts'
import type { BlockServices } from './block-services.ts'
import { BlockWriter } from './block-writer.ts'
import type { NodeCore } from './core.ts'
import { filesNamed, findFiles, noSuchVersion, requireOneName, splitPath } from './find-files.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { progressReporter } from './file-progress.ts'
import { versionsOf } from './file-versions.ts'
import { quoted } from './quoted.ts'
import { requireSize, sizeOfAll } from './sizes.ts'
import { readFile } from './read-file.ts'

/** Bytes added between two checks for free space: well below the reserve that is left on the disk. */
export const CHECK_EVERY_BYTES = 16 * 1024 * 1024

/** What `LocalFiles` needs to know about its room. */
export interface FilesRoom {
  readonly id: RoomId
  /** Throws a KithError if no documents can be written. */
  requireOpen(): void
  nameOf(author: PeerId): string
}

/** A block of a complete file is missing: a power cut may destroy blocks that came from peers. */
class LostBlockError extends Error {
  override readonly name = 'LostBlockError'
}

/** A file with its id in the store's type. */
interface LocalFile extends FileInfo {
  id: BlockId
}

/** A file, and what opens it if it is sealed: that is not for lists. */
interface FoundFile {
  file: LocalFile
  sealing: Sealing | undefined
}

/** Adds, lists, fetches and saves the files of a room. */
export class LocalFiles implements Files {
  readonly #room: FilesRoom
  readonly #core: NodeCore
  readonly #services: BlockServices

  constructor(room: FilesRoom, core: NodeCore, services: BlockServices) {
    this.#room = room
    this.#core = core
    this.#services = services
  }

  async add(path: string, options: AddFileOptions = {}): Promise<LocalFile> {
    const { name } = options
    const named = name === undefined ? {} : { name }
    const sizeBytes = (): Promise<number> =>
      stat(path)
        .then((found) => (found.isFile() ? found.size : 0))
        .catch(() => 0) // `importPath` throws it
    return this.#adding(sizeBytes, options, (blocks, how) => importPath(path, blocks, { ...how, ...named }))
  }

  async checkAdd({ name, sizeBytes }: Pick<AddBytesOptions, 'name' | 'sizeBytes'>): Promise<void> {
    this.#requireWritable()
    requireSize(sizeBytes)
    checkFileName(newFileName(name))
    await this.#services.disk.require(sizeBytes)
    this.#core.machine.wings['ensure-map'].requireFileSpace(this.#room.id, sizeBytes)
  }

  async addBytes(content: AsyncIterable<Uint8Array>, { name, sizeBytes, guest, ...options }: AddBytesOptions) {
    requireSize(sizeBytes)
    const by = byGuest(guest)
    return this.#adding(
      () => Promise.resolve(sizeBytes),
      options,
      async (blocks, how) => ({ ...(await importBytes(content, sizeBytes, blocks, { ...how, name })), ...by }),
    )
  }

  async addFolder(
    entries: readonly FolderEntry[],
    content: AsyncIterable<Uint8Array>,
    { name, guest, ...options }: Omit<AddBytesOptions, 'sizeBytes'>,
  ): Promise<LocalFile> {
    const sizeBytes = sizeOfAll(entries)
    const by = byGuest(guest)
    return this.#adding(
      () => Promise.resolve(sizeBytes),
      options,
      async (blocks, how) => ({ ...(await importEntries(entries, content, blocks, { ...how, name })), ...by }),
    )
  }

  async *read(
    reference: string,
    { version, ...options }: ReadFileOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const found = this.#find(reference, version === undefined ? {} : { version })
    try {
      yield* readFile(found, { get: (id) => this.#block(id) }, options)
    } catch (error) {
      if (!(error instanceof LostBlockError)) throw error
      await this.#recheck(found.file)
      throw new KithError('not-here', `a part of ${quoted(found.file.name)} is missing here and is fetched again`)
    }
  }

  list(): LocalFile[] {
    const { store } = this.#core
    const room = this.#room.id
    const ensured = new Map(store.ensuredRows({ room }).map((row) => [row.id, row]))
    const rows = store.files(room, {})
    const versions = versionsOf(rows)
    return rows.map((row) => this.#infoOf(row, ensured.get(row.file.root), versions))
  }

  get(reference: string, which?: WhichVersion): LocalFile {
    return this.#find(reference, which).file
  }

  #find(reference: string, { version }: WhichVersion = {}): FoundFile {
    const { store } = this.#core
    const room = this.#room.id
    const { rows, isName } = findFiles(store, room, reference)
    const newest = rows.at(-1)
    if (newest === undefined) throw this.#noSuchFile(reference)
    if (isName) requireOneName(rows, reference)
    const versions = versionsOf(filesNamed(store, room, newest.file.name))
    const row = version === undefined ? newest : rows.findLast(({ id }) => versions.get(id)?.version === version)
    if (row === undefined) throw noSuchVersion(reference, version, versions.get(newest.id))
    const file = this.#infoOf(row, store.ensured(room, row.file.root), versions)
    return { file, sealing: row.file.sealing }
  }

  #noSuchFile(reference: string): KithError {
    const path = splitPath(reference)
    const folder = path && findFiles(this.#core.store, this.#room.id, path.folder).rows.at(-1)?.file
    if (path === undefined || folder?.type !== 'folder') {
      const text = `the room has no file ${quoted(reference)} ('kith file list' shows its files)`
      return new KithError('no-such-file', text)
    }
    const name = quoted(shownName(folder.name) || folder.root)
    return new KithError(
      'no-such-file',
      `${name} is fetched as a whole: name the folder, not ${quoted(path.inside)} in it`,
    )
  }

  async save(reference: string, options: SaveFileOptions = {}): Promise<{ path: string; file: FileInfo }> {
    const found = this.#find(reference, options)
    const { file } = found
    const { overwrite = false, umask } = options
    if (umask !== undefined) checkUmask(umask)
    const path = await targetOf(options.path ?? '.', file)
    await checkTarget(path, { type: file.type, overwrite })
    for (let isSaved = false; !isSaved;) {
      await this.#fetch(found, options)
      await this.#services.disk.requireIn(dirname(path), file.sizeBytes)
      isSaved = await this.#export(found, path, options)
    }
    return { path, file: this.get(file.document) }
  }

  async pin(reference: string, which?: WhichVersion): Promise<void> {
    await this.#ensure(this.#find(reference, which)).noted
  }

  async unpin(reference: string, which?: WhichVersion): Promise<void> {
    const { id } = this.get(reference, which)
    await this.#core.command({ type: 'unpin', room: this.#room.id, id })
  }

  limits(): FileLimits {
    return this.#core.machine.wings['ensure-map'].fileLimits(this.#room.id)
  }

  async setLimits(limits: { autoFetchBytesMax?: number; bytesMax?: number }): Promise<void> {
    for (const sizeBytes of Object.values(limits)) requireSize(sizeBytes)
    await this.#core.command({ type: 'limit-files', room: this.#room.id, ...limits })
  }

  #requireWritable(): void {
    this.#room.requireOpen()
    requireStay(this.#core.machine.rooms, this.#room.id)
  }

  async #adding(
    sizeOf: () => Promise<number>,
    options: Pick<AddFileOptions, 'onProgress' | 'signal'>,
    make: (blocks: BlockSink, how: ImportOptions) => Promise<ImportedPath & Pick<FileInfo, 'guest'>>,
  ): Promise<LocalFile> {
    this.#requireWritable()
    const { garbage } = this.#services
    const document = await garbage.whileAdding(async () => this.#add(await sizeOf(), options, make))
    return this.get(document)
  }

  async #add(
    size: number,
    { onProgress, signal }: Pick<AddFileOptions, 'onProgress' | 'signal'>,
    make: (blocks: BlockSink, how: ImportOptions) => Promise<ImportedPath & Pick<FileInfo, 'guest'>>,
  ): Promise<DocumentId> {
    const { wants, disk } = this.#services
    const room = this.#room.id
    await disk.require(size)
    // A file that cannot fit is rejected before it is read.
    if (size > this.limits().bytesMax) this.#core.machine.wings['ensure-map'].requireFileSpace(room, size)
    const progress = progressReporter(size, onProgress)
    await using blocks = new BlockWriter(this.#core, this.#spaceCheck())
    const file = await make(blocks, {
      ...(isPrivate(this.#core.machine.rooms.require(room).record) && { fileKey: randomBytes(FILE_KEY_BYTES) }),
      onProgress: (bytes, sizeBytes) => progress({ id: null, bytes, sizeBytes, peers: 0 }),
      ...(signal && { signal }),
    })
    await blocks.finish()
    signal?.throwIfAborted()
    const wasHere = this.#core.store.ensured(room, file.id) !== undefined
    await wants.ensure(file.id, { room, maxBytes: dagBytesMax(file) }).done
    try {
      // Until it is written, whoever adds it can think better of it.
      signal?.throwIfAborted()
      const { document } = await this.#core.command({
        ...{ type: 'write', room, kind: FILE_KIND, body: fileBody(file), links: [file.id] },
      })
      if (document === undefined) throw new Error('a written document has an id')
      return document.id
    } catch (error) {
      // The first error says more; where the node cannot go on, it says so itself.
      if (!wasHere) await this.#core.command({ type: 'release', room, id: file.id }).catch(() => undefined)
      throw error
    }
  }

  /**
   * Returns a function that checks at intervals whether more may be added. It throws a KithError `disk-full`
   * or `quota`.
   */
  #spaceCheck(): (addedBytes: number) => Promise<void> {
    let checkedBytes = 0
    return async (addedBytes) => {
      if (addedBytes - checkedBytes < CHECK_EVERY_BYTES) return
      checkedBytes = addedBytes
      await this.#services.disk.require(0)
      this.#core.machine.wings['ensure-map'].requireFileSpace(this.#room.id, addedBytes)
    }
  }

  /** Fetches a file, and resolves once all its blocks are here. */
  async #fetch(found: FoundFile, { onProgress, signal }: SaveFileOptions): Promise<void> {
    const { file } = found
    const { store, machine } = this.#core
    if (store.ensured(this.#room.id, file.id)?.state !== 'complete') {
      const { sizeBytes: hereBytes = 0 } =
        machine.wings['ensure-map'].progress(this.#room.id, file.id, monotonicMs()) ?? {}
      await this.#services.disk.require(Math.max(0, file.sizeBytes - hereBytes))
    }
    signal?.throwIfAborted()
    const ensured = this.#ensure(found)
    const aborted = Promise.withResolvers<never>()
    aborted.promise.catch(() => undefined) // nobody waits for it after the race
    const onAbort = (): void => aborted.reject(signal?.reason)
    const tell = (status: EnsureStatus): void =>
      onProgress?.({
        ...{ id: file.id, bytes: Math.min(status.bytes, file.sizeBytes), sizeBytes: file.sizeBytes },
        ...{ bytesPerSecond: status.bytesPerSecond, peers: status.from.length },
      })
    signal?.addEventListener('abort', onAbort)
    ensured.on('progress', tell)
    tell(ensured.status()) // at once, as it may take long until there is any
    try {
      await Promise.race([ensured.done, aborted.promise])
    } catch (error) {
      throw error instanceof KithError && error.code === 'cannot-have' ? notAsSaid(file, error) : error
    } finally {
      ensured.off('progress', tell)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Writes a file to disk. Returns false if one of its blocks was lost, so the file must be fetched again. */
  async #export({ file, sealing }: FoundFile, path: string, options: SaveFileOptions): Promise<boolean> {
    const { signal, umask, overwrite = false } = options
    const progress = progressReporter(file.sizeBytes, options.onProgress)
    try {
      await exportDag(file.id, { get: (id) => this.#block(id) }, path, {
        ...{ expected: file, sealing, overwrite, parts: this.#services.parts },
        onProgress: (bytes) => progress({ id: file.id, bytes, peers: 0 }),
        ...(umask !== undefined && { umask }),
        ...(signal && { signal }),
      })
      return true
    } catch (error) {
      if (!(error instanceof LostBlockError)) throw error
      await this.#recheck(file)
      return false
    }
  }

  async #recheck({ id }: LocalFile): Promise<void> {
    await this.#core.command({ type: 'recheck', room: this.#room.id, id })
  }

  #ensure({ file, sealing }: FoundFile) {
    const maxBytes = dagBytesMax({ ...file, sealing })
    return this.#services.wants.ensure(file.id, { room: this.#room.id, maxBytes })
  }

  #block(id: BlockId): Uint8Array {
    const block = this.#core.store.block(id)
    if (block === undefined) throw new LostBlockError(id)
    return block
  }

  #infoOf(
    { id: document, file }: FileRow,
    ensured: EnsuredRow | undefined,
    versions: ReturnType<typeof versionsOf>,
  ): LocalFile {
    const { version, versions: count } = versions.get(document) ?? { version: 1, versions: 1 }
    const { root: id, name, type, sizeBytes, author, guest, timeMs } = file
    const host = this.#room.nameOf(author)
    return {
      ...{ id, room: this.#room.id, document, name, type, sizeBytes },
      ...{ version, versions: count },
      ...{
        author,
        authorName: guest === undefined ? host : shownGuest(guest, host),
        ...(guest !== undefined && { guest }),
      },
      timeMs,
      state: ensured === undefined ? 'elsewhere' : STATES[ensured.state],
      failure: ensured?.state === 'failed' ? this.#services.wants.statusOf(ensured).failure : null,
      pinned: ensured?.pinned === true,
    }
  }
}

const STATES = { searching: 'fetching', complete: 'here', failed: 'failed' } as const

/** Whether only members may read what is in a room, so that its files are sealed. */
function isPrivate({ access }: { access?: string }): boolean {
  return access === 'private'
}

/** Who shares something, if a guest of this node does. Throws a KithError `bad-name` for a name that no guest gets. */
function byGuest(name: string | undefined): { guest?: string } {
  return name === undefined ? {} : { guest: newGuestName(name) }
}

function notAsSaid({ name }: FileInfo, cause: KithError): KithError {
  return new KithError('bad-file', `${quoted(name)} is not what its author says: ${cause.message}`, { cause })
}

/** The path to save to: the given path, or a path inside it if it is a folder. */
async function targetOf(path: string, { name, id }: FileInfo): Promise<string> {
  const found = await stat(path).catch(() => undefined) // mostly not there yet; writing it tells anything else
  if (found?.isDirectory() !== true) return resolve(path)
  if (shownName(name) === '') {
    throw new KithError('bad-name', `nothing in the name of ${id} can be seen: say which file to save it as`)
  }
  return resolve(join(path, name))
}
