/** How a page sends the bytes of files to the node and reads them: as streams, never as a whole in memory. */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FileInfo, KithNode, Room } from '../kith.ts'
import { byteRange } from './byte-range.ts'
import { ApiError } from './errors.ts'
import type { FileLink, LinkedFile } from './file-links.ts'
import type { Caller } from './guard.ts'
import { readFolder } from './folder-body.ts'
import { HEAD_BYTES, isText, shownTypeOf } from './media-types.ts'
import type { FileLinkInfo } from './page-calls.ts'
import type { SessionSecrets } from './secrets.ts'
import { pictureSizeOf } from './picture-size.ts'
import { FILE_PATH, UPLOAD_PATH } from './paths.ts'
import { TRANSFER_IDLE_MS, TransferPlaces, untilIdle } from './transfers.ts'

/** Files that come in at a time. A page sends one after the other, and a browser may have a few of it open. */
const MAX_UPLOADS = 16
export const MAX_UPLOADS_EACH = 4
/** Files that go out at a time, each with a block or two in memory. */
const MAX_DOWNLOADS = 64
/** A browser opens 6 connections to one address, while those of the page before are still being closed. */
export const MAX_DOWNLOADS_EACH = 12

/** On top of those of every answer: where one is opened as a page of its own, it is saved, and nothing in it runs. */
export const FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

/** The route by which files are read. */
export const FILE_ROUTE = `${FILE_PATH}:secret`

interface UploadQuery {
  room: string
  name: string
  type?: 'file' | 'folder'
}

const uploadSchema = {
  querystring: {
    type: 'object',
    properties: {
      room: { type: 'string', minLength: 1 },
      name: { type: 'string', minLength: 1 },
      type: { enum: ['file', 'folder'] },
    },
    required: ['room', 'name'],
    additionalProperties: false,
  },
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a link led to; null where none did. */
    linked: FileLink | null
  }
}

/** Who may send and read files on a server, and what that is counted as. */
export interface FileAccess {
  /** Who asks: each has so many files on their way at a time. */
  causer(request: FastifyRequest): string
  /** Where a file goes, and by which guest. Throws if whoever asks may not share it. */
  target(
    request: FastifyRequest,
    file: { room: string; sizeBytes: number },
  ): { room: Pick<Room, 'files'>; guest?: string }
  /** Bytes came in or go out. Throws if they are too many, or whoever asks may not do so any more. */
  passed(request: FastifyRequest, bytes: number): void
}

/** Adds the routes, for whoever the guard let through. `idleMs`: how long a file may stand still. */
export async function addFileRoutes(
  server: FastifyInstance,
  node: KithNode,
  access: FileAccess,
  { idleMs = TRANSFER_IDLE_MS } = {},
): Promise<void> {
  const uploads = new TransferPlaces({
    ...{ total: MAX_UPLOADS, each: MAX_UPLOADS_EACH },
    what: 'files are already being sent',
  })
  const downloads = new TransferPlaces({
    ...{ total: MAX_DOWNLOADS, each: MAX_DOWNLOADS_EACH },
    what: 'files are already being read',
  })
  await server.register(async (scope) => {
    // The bytes stay in the request until they are read.
    scope.addContentTypeParser('application/octet-stream', async (_request: unknown, bytes: unknown) => bytes)
    scope.post<{ Querystring: UploadQuery }>(UPLOAD_PATH, { schema: uploadSchema }, async (request, reply) => {
      try {
        const release = uploads.take(access.causer(request as FastifyRequest))
        return await upload(access, request, { signal: untilGone(reply), idleMs }).finally(release)
      } catch (error) {
        // The rest of the file is not read.
        void reply.header('connection', 'close')
        if (!request.raw.complete && isBrokenOff(error)) {
          throw brokenOff()
        }
        throw error
      }
    })
  })
  server.get(FILE_ROUTE, { exposeHeadRoute: false }, async (request, reply) => {
    const { linked, headers } = request
    if (linked === null) throw new ApiError('unauthorized', 'This needs a link to a file.')
    const { room, document, type } = linked
    const { files } = node.rooms.get(room)
    const file = files.get(document)
    const range = byteRange(headers.range, file.sizeBytes)
    void reply.headers({
      'accept-ranges': 'bytes',
      'content-disposition': `attachment; filename*=UTF-8''${encodedName(file.name)}`,
      'content-security-policy': FILE_POLICY,
    })
    if (range === 'unsatisfiable') {
      return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send()
    }
    const { start, end } = range ?? { start: 0, end: file.sizeBytes }
    reply.raw.once('close', downloads.take(access.causer(request)))
    reply.raw.setTimeout(idleMs, () => request.raw.destroy())
    if (range !== undefined) {
      void reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${file.sizeBytes}`)
    }
    // A block at a time, as fast as the browser takes them.
    const read = counted(await begun(files.read(document, { start, end })), access, request)
    const bytes = Readable.from(read, { highWaterMark: 1 })
    return reply
      .type(type ?? 'application/octet-stream')
      .header('content-length', end - start)
      .send(bytes)
  })
}

/** A link for the browser that asks. Throws a KithError `not-here`, or an ApiError for a program, which has `files.save`. */
export async function fileLink(
  { id: room, files }: Pick<Room, 'id' | 'files'>,
  reference: string,
  caller: Caller | null,
  makeLinks: { toFile(session: SessionSecrets, file: LinkedFile): string },
): Promise<FileLinkInfo> {
  if (caller?.type !== 'page') throw new ApiError('forbidden', 'Only a browser needs a link to a file.')
  const { document, sizeBytes } = files.get(reference)
  const head = await buffer(files.read(document, { end: Math.min(HEAD_BYTES, sizeBytes) }))
  const type = shownTypeOf(head) ?? null
  const size = type === null ? null : (pictureSizeOf(type, head) ?? null)
  const path = FILE_PATH + makeLinks.toFile(caller.secrets, { room, document, type })
  return { path, type, size, isText: type === null && isText(head) }
}

/** Aborts if the browser goes away before it has its answer, also after all of the file was here. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(brokenOff())
  })
  return gone.signal
}

function brokenOff(): ApiError {
  return new ApiError('broken-off', 'The browser went away before the file was shared.')
}

async function upload(
  access: FileAccess,
  request: FastifyRequest<{ Querystring: UploadQuery }>,
  { signal, idleMs }: { signal: AbortSignal; idleMs: number },
): Promise<FileInfo> {
  const { body, headers, query, raw } = request
  const isBytes = headers['content-type'] === 'application/octet-stream' && (body === undefined || body === raw)
  const sizeBytes = Number(headers['content-length'])
  if (!isBytes || !Number.isSafeInteger(sizeBytes)) {
    throw new ApiError('bad-request', 'Send the bytes of a file, as application/octet-stream with their number.')
  }
  const { room, ...by } = access.target(request as FastifyRequest, { room: query.room, sizeBytes })
  const bytes = counted(untilIdle(raw, idleMs), access, request as FastifyRequest)
  if (query.type !== 'folder') return room.files.addBytes(bytes, { name: query.name, sizeBytes, signal, ...by })
  const { entries, content } = await readFolder(bytes)
  return room.files.addFolder(entries, content, { name: query.name, signal, ...by })
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
}

/** The same bytes, counted as they pass. */
async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  access: FileAccess,
  request: FastifyRequest,
): AsyncGenerator<Uint8Array> {
  for await (const some of bytes) {
    access.passed(request, some.length)
    yield some
  }
}

/** The same after its first bytes have been read, so that what is wrong is an answer. */
async function begun(bytes: AsyncGenerator<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const first = await bytes.next()
  return (async function* () {
    try {
      if (first.done !== true) yield first.value
      yield* bytes
    } finally {
      await bytes.return(undefined)
    }
  })()
}

/** A name that no header and no browser takes for anything else. */
export function encodedName(name: string): string {
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(name.toWellFormed()).replaceAll(/['()*!~]/g, percent)
}
