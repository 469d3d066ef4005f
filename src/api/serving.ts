/** What the servers of a node have in common: how requests are read and checked, and how streams are sent. */
import type { OutgoingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { JsonValue } from '../kith.ts'
import type { InputFields } from './contract.ts'
import { ApiError } from './errors.ts'
import { parseExactJson } from './exact-json.ts'
import type { Lines } from './ndjson.ts'

/** A document has at most 64 KiB; as base64 or escaped JSON, real text takes at most a few times that. */
export const BODY_LIMIT_BYTES = 256 * 1024
/** Headers of the user's own programs have a few hundred bytes; they are read before the token is known. */
const MAX_HEADER_BYTES = 8 * 1024
/** How long a connection that showed the token may wait for its next request. */
const KEEP_ALIVE_MS = 5_000
/** Node's error codes for a reader that disconnects. */
const GONE_READER_CODES: ReadonlySet<unknown> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Options of fastify. */
export const SERVING = {
  bodyLimit: BODY_LIMIT_BYTES,
  forceCloseConnections: 'idle',
  http: { maxHeaderSize: MAX_HEADER_BYTES },
  keepAliveTimeout: KEEP_ALIVE_MS,
  // A number sent as a string, or an unknown field, is an error to report, not to repair.
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  schemaErrorFormatter: (errors: SchemaError[]) => new ApiError('bad-request', describe(errors[0])),
} as const

/** Has a server read JSON exactly. */
export function readJson(server: FastifyInstance): void {
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    readBody(body),
  )
}

/** The JSON of a request. Throws an error for the user who wrote it, not for a programmer of HTTP. */
function readBody(body: Buffer): JsonValue {
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    throw new ApiError('bad-request', 'The request has bytes that are not UTF-8.')
  }
  try {
    return parseExactJson(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ApiError('bad-request', `The request is not JSON: ${error.message}.`)
  }
}

/** The JSON Schema of a request. */
export function bodySchema({ required, optional }: InputFields): object {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  }
}

/** Sends lines as fast as the reader takes them, until they end or the reader disconnects; never rejects. `onError`: a bug. */
export async function sendStream(
  lines: Lines<unknown>,
  reply: FastifyReply,
  ending: AbortController,
  onError: (error: Error) => void,
): Promise<void> {
  reply.hijack()
  // It may have gone while they were opened.
  if (reply.raw.destroyed) {
    ending.abort()
    lines.destroy()
    return
  }
  reply.raw.once('close', () => ending.abort())
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'application/x-ndjson; charset=utf-8',
  })
  const sent = pipeline(lines, reply.raw)
  // Tells the reader at once that it is subscribed, even if nothing happens for a while.
  reply.raw.flushHeaders()
  await sent.catch((error: Error) => {
    // The reader has gone or was too slow, or the node is stopping: the socket is closed, so nobody can be told.
    const isExpected = 'code' in error && GONE_READER_CODES.has(error.code)
    if (!isExpected) onError(error)
  })
}

interface SchemaError {
  keyword: string
  instancePath: string
  message?: string
  params: Record<string, unknown>
}

function describe(error: SchemaError | undefined): string {
  if (error === undefined) return 'The request does not match this call.'
  const { missingProperty, additionalProperty, allowedValues } = error.params
  if (typeof missingProperty === 'string') return `"${missingProperty}" is missing.`
  if (typeof additionalProperty === 'string') return `"${additionalProperty}" is not a field of this call.`
  const field = error.instancePath.slice(1).replaceAll('/', '.')
  if (error.keyword === 'minLength') return `"${field}" must not be empty.`
  if ('pattern' in error.params) return `"${field}" must be base64.`
  if (Array.isArray(allowedValues)) return `"${field}" must be one of ${allowedValues.join(', ')}.`
  return `${field === '' ? 'The body' : `"${field}"`} ${error.message ?? 'does not match this call'}.`
}
