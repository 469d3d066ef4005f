/**
 * Who may use the local API. Loopback alone does not distinguish the user's programs from web pages
 * in the user's browser or from other users of the machine. So every request must carry the token
 * from the data folder; the Host check stops DNS rebinding, and the Origin check stops web pages.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './errors.ts'

/** Checks a request's headers against the token and port. Throws an ApiError that says what is wrong. */
export function checkAccess(headers: IncomingHttpHeaders, token: string, port: number): void {
  const host = headers.host?.toLowerCase()
  if (host === undefined || ![`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host)) {
    throw new ApiError('forbidden', `The Host header must be 127.0.0.1:${port}.`)
  }
  if (headers.origin !== undefined) throw new ApiError('forbidden', 'Web pages may not use this API.')
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (given === undefined || !sameText(given, token)) {
    throw new ApiError('unauthorized', 'Send the token from api.json in the data folder: Authorization: Bearer TOKEN.')
  }
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
