/** Errors of the local API: codes, HTTP statuses and JSON form. */
import { KithError } from '../kith.ts'
import type { AppErrorCode, KithErrorCode, KithErrorOptions } from '../kith.ts'

/** Codes of errors that the API answers with: those of a node, and its own. */
export type ApiErrorCode =
  | KithErrorCode
  /** The request's JSON does not match the call. */
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** Too many requests or streams at once. */
  | 'busy'
  /** A bug in the node. */
  | 'internal'
  /** Raised by the client: an answer or stream broke off. */
  | 'broken-off'

/** The HTTP status that each code is answered with. */
export const HTTP_STATUS: Readonly<Record<Exclude<ApiErrorCode, AppErrorCode>, number>> = {
  'bad-request': 400,
  'bad-room-id': 400,
  'bad-address': 400,
  'bad-name': 400,
  'bad-value': 400,
  'bad-config': 400,
  'unknown-app': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'no-such-room': 404,
  'no-such-entry': 404,
  ambiguous: 409,
  'wrong-app': 409,
  waiting: 409,
  'held-back': 409,
  'too-slow': 409,
  'port-in-use': 409,
  'folder-in-use': 409,
  'too-large': 413,
  busy: 429,
  internal: 500,
  corrupt: 500,
  'newer-data': 500,
  'disk-error': 500,
  'broken-off': 502,
  unreachable: 502,
  stopped: 503,
  'disk-full': 507,
  'too-many-files': 507,
  'no-such-document': 404,
  carried: 409,
  'is-member': 409,
  'no-right': 403,
  'bad-key': 400,
  'no-such-item': 404,
  'no-ring': 409,
  'newer-item': 409,
  'no-answer': 502,
  'ring-full': 507,
  'no-key': 409,
  'no-such-invite': 404,
  'wrong-access': 409,
  'bad-invite': 400,
  'no-passphrase': 403,
  'wrong-passphrase': 403,
  'bad-backup': 400,
  'key-exists': 409,
  'wrong-words': 409,
  moved: 409,
  'is-device': 409,
  'not-ready': 409,
  'not-owner': 403,
  'too-many': 409,
  'state-full': 507,
  'no-such-file': 404,
  'no-such-lock': 404,
  'lock-exists': 409,
  'no-majority': 409,
  'lock-lost': 409,
  'not-here': 409,
  'no-such-want': 404,
  'no-such-command': 404,
  'no-such-peer': 404,
  'bad-id': 400,
  'bad-path': 400,
  'file-exists': 409,
  'not-followed': 409,
  'not-below': 409,
  'thread-exists': 409,
  cancelled: 409,
  'bad-file': 502,
  'cannot-have': 502,
  quota: 507,
}

/** The status for the codes of apps: the command conflicts with the current state. */
const APP_STATUS = 409

function isAppCode(code: string): code is AppErrorCode {
  return code.includes('/')
}

/** An error of the API, or in the client, any error in an answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  /** As in a KithError: the message of an answer ends with them already. */
  readonly reasons?: readonly string[]
  constructor(code: ApiErrorCode, message: string, options: KithErrorOptions = {}) {
    super(message, options)
    this.code = code
    if (options.reasons !== undefined) this.reasons = options.reasons
  }
}

/** The body of every answer that reports an error. */
export interface ErrorBody {
  error: ErrorFields
}

interface ErrorFields {
  code: ApiErrorCode
  message: string
  /** If several things are wrong, each in a line of its own. The message ends with all of them. */
  reasons?: readonly string[]
}

/** The answer to an error: status and body. Errors without a Kith code become `internal`. */
export function errorReply(error: unknown): { status: number; body: ErrorBody } {
  const fields = classify(error)
  return { status: isAppCode(fields.code) ? APP_STATUS : HTTP_STATUS[fields.code], body: { error: fields } }
}

function classify(error: unknown): ErrorFields {
  if (error instanceof KithError || error instanceof ApiError) {
    const { code, message, reasons } = error
    return { code, message, ...(reasons && { reasons }) }
  }
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) }
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return { code: 'too-large', message: 'The request is too large for this API.' }
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { code: 'bad-request', message: error.message }
  return { code: 'internal', message: error.message }
}

/** Whether a JSON value is an error answered by this API. */
export function isErrorBody(value: unknown): value is ErrorBody {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false
  const { error } = value
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false
  return (
    typeof error.code === 'string' &&
    (isAppCode(error.code) || error.code in HTTP_STATUS) &&
    typeof error.message === 'string'
  )
}
