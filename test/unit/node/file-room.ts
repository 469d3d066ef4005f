/** A room of a node without a host, whose files arrive when a test says so, and a folder on disk. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { FILE_KIND } from '../../../protocols/file/constants.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { fileBody, type FileDescription } from '../../../src/files/file-document.ts'
import type { FileInfo, Files } from '../../../src/kith.ts'
import type { BlockServices } from '../../../src/node/block-services.ts'
import { DiskSpace, type Disks } from '../../../src/node/disk-space.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import type { MadeFile } from '../room/shared-files.ts'
import { coreOf, servicesOf, type TestCore } from './core.ts'

/** More than any test needs. */
const AMPLE_BYTES = 2 ** 40

export class FileRoom {
  readonly core: TestCore
  readonly rooms: LocalRooms
  readonly services: BlockServices
  readonly id: RoomId
  readonly files: Files
  readonly folder: string
  /** Free bytes where the node is, and where the folder is, as if that were on another disk. */
  readonly free = { own: AMPLE_BYTES, other: AMPLE_BYTES }
  readonly disks: Disks = {
    freeBytes: (folder) => Promise.resolve(folder === this.core.dataDir ? this.free.own : this.free.other),
    areOne: () => Promise.resolve(false),
  }

  /** A room that fetches nothing automatically. */
  static async open(): Promise<FileRoom> {
    const folder = await mkdtemp(join(tmpdir(), 'kith-files-'))
    const core = { ...coreOf(0), dataDir: join(folder, 'data') }
    const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
    if (room === undefined) throw new Error('the room was not created')
    await core.command({ type: 'limit-files', room, autoFetchBytesMax: 0 })
    return new FileRoom(core, room, folder)
  }

  constructor(core: TestCore, id: RoomId, folder: string) {
    this.core = core
    this.id = id
    this.folder = folder
    this.services = servicesOf(core, new DiskSpace(core, () => undefined, this.disks))
    this.rooms = new LocalRooms(core, this.services)
    this.files = this.rooms.get(id).files
  }

  async close(): Promise<void> {
    this.core.stop.abort()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Makes the room one that only members read, as its record says of a room that was created so. */
  makePrivate(): void {
    const room = this.core.machine.rooms.require(this.id)
    room.record = Object.assign({ ...room.record }, { access: 'private' })
  }

  /** A path in the folder. */
  at(...names: string[]): string {
    return join(this.folder, ...names)
  }

  /** Writes a document about a file whose blocks are not here. */
  async announce(
    { id, sizeBytes }: Pick<MadeFile, 'id' | 'sizeBytes'>,
    said: Partial<FileDescription> = {},
  ): Promise<FileInfo> {
    const document = await this.write(FILE_KIND, fileBody({ name: 'soup.pdf', type: 'file', sizeBytes, ...said }), [id])
    return this.files.get(document)
  }

  /** Writes a document with links; returns its id. */
  async write(kind: string, body: Uint8Array, links: BlockId[]): Promise<string> {
    const { document } = await this.core.command({ type: 'write', room: this.id, kind, body, links })
    if (document === undefined) throw new Error('nothing was written')
    return document.id
  }

  /** Stores blocks, as if peers had sent them. */
  async arrive({ blocks }: Pick<MadeFile, 'blocks'>): Promise<void> {
    await this.core.command({ type: 'put-blocks', blocks })
  }

  /** The number of unneeded blocks. */
  async garbage(): Promise<number> {
    return (await this.services.garbage.collect(true)).blocks
  }
}

/** The error with which something is refused. */
export function refused(code: string): Error {
  return expect.objectContaining({ name: 'KithError', code }) as Error
}
