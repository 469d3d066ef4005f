/**
 * Who may use the local API. Loopback alone does not distinguish the user's programs from web pages
 * in the user's browser or from other users of the machine. So every program must show the token
 * from the data folder, and the node's own page the two secrets of a browser that is logged in. The Host check stops DNS
 * rebinding; the Origin check stops all other web pages, for which there is no CORS either.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './errors.ts'
import type { PageSessions } from './page-sessions.ts'
import type { SessionSecrets } from './secrets.ts'
import { LINK_SCHEME, PAGE_HEADER } from './paths.ts'

/** What a request is judged by. */
export interface Asking {
  headers: IncomingHttpHeaders
  /** By name. */
  cookies: Readonly<Record<string, string | undefined>>
}

/** Who asks: a program with the token, or a page with its secrets. */
export type Caller = { type: 'program' } | { type: 'page'; secrets: SessionSecrets }

/** The name of the cookie. Cookies are shared by all ports of an address, and a machine may have several nodes. */
export function cookieName(port: number): string {
  return `kith-${port}`
}

/** Throws an ApiError unless the request is for one of the names of this machine for itself. */
export function checkHost(headers: IncomingHttpHeaders, port: number): void {
  const host = hostOf(headers)
  if (host === undefined || ![`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host)) {
    throw new ApiError('forbidden', `The Host header must be 127.0.0.1:${port}.`)
  }
}

/** Tells who asks, after `checkHost`. Throws an ApiError that says what is wrong. */
export function callerOf({ headers, cookies }: Asking, token: string, port: number, sessions: PageSessions): Caller {
  if (headers.origin === undefined) {
    checkToken(headers, token)
    return { type: 'program' }
  }
  checkOrigin(headers)
  const cookie = cookies[cookieName(port)]
  const key = headers[PAGE_HEADER]
  if (cookie !== undefined && typeof key === 'string') {
    const secrets = { cookie, key }
    if (sessions.has(secrets)) return { type: 'page', secrets }
  }
  throw loggedOut()
}

/** What a browser is told that is not logged in. */
export function loggedOut(): ApiError {
  return new ApiError('unauthorized', 'This browser is not logged in: open the link that kith open prints.')
}

/** Logs a browser in by the secret of a link. Throws an ApiError. */
export function loginBy({ headers }: Asking, sessions: PageSessions): SessionSecrets {
  checkOrigin(headers)
  const secret = credentialsOf(headers, LINK_SCHEME)
  const session = secret === undefined ? undefined : sessions.login(secret)
  if (session !== undefined) return session
  throw new ApiError('unauthorized', 'This link was used already, or is too old: kith open prints a new one.')
}

/** A browser always says which page sends a POST. */
function checkOrigin(headers: IncomingHttpHeaders): void {
  if (headers.origin !== `http://${hostOf(headers)}`) {
    throw new ApiError('forbidden', 'Web pages of other addresses may not use this API.')
  }
}

function checkToken(headers: IncomingHttpHeaders, token: string): void {
  const given = credentialsOf(headers, 'Bearer')
  if (given === undefined || !sameText(given, token)) {
    throw new ApiError('unauthorized', 'Send the token from api.json in the data folder: Authorization: Bearer TOKEN.')
  }
}

function hostOf({ host }: IncomingHttpHeaders): string | undefined {
  return host?.toLowerCase()
}

function credentialsOf({ authorization = '' }: IncomingHttpHeaders, scheme: string): string | undefined {
  const [given = '', credentials] = authorization.split(' ', 2)
  return given.toLowerCase() === scheme.toLowerCase() && credentials !== '' ? credentials : undefined
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
