/** Serves the page: its files, which are no secret, and how a browser logs in and out. */
import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from './errors.ts'
import { cookieName, type Caller } from './guard.ts'
import { SESSION_LIFETIME_MS, type PageSessions } from './page-sessions.ts'
import type { SessionSecrets } from './secrets.ts'
import { API_PREFIX, LOGIN_PATH, LOGOUT_PATH } from './paths.ts'

/**
 * Headers of every answer. The page loads nothing from elsewhere and runs no script that is not a file of its own,
 * whatever somebody writes in a room; no other page may show it in a frame or hold a handle of its window.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types kith-worker",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const INDEX = 'index.html'

/** A folder whose files have a hash of their content in their names. */
const HASHED = `${sep}assets${sep}`

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nobody has to say who asks. */
    caller: Caller | null
  }
}

const COOKIE = { path: API_PREFIX, httpOnly: true, sameSite: 'strict' } as const

/** Whether the page was built in a folder. */
export function hasPage(folder: string): boolean {
  return existsSync(join(folder, INDEX))
}

/** Serves the files of a folder, which may be loaded without logging in. */
export async function servePageFiles(
  server: FastifyInstance,
  folder: string,
  { isForGuests = false } = {},
): Promise<void> {
  if (isForGuests) await serveGuestIndex(server, folder)
  await server.register(fastifyStatic, {
    root: folder,
    // A route for each file, so that there is none for anything else.
    wildcard: false,
    ...(isForGuests && { globIgnore: [INDEX], index: false as const }),
    cacheControl: false,
    setHeaders: (reply: FastifyReply, path: string) => {
      void reply.header('cache-control', path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache')
      // Connections that have shown no secret are few: it makes room at once.
      void reply.header('connection', 'close')
    },
  })
}

/** The page says to whom it is served, as it has to know before anybody is logged in. */
async function serveGuestIndex(server: FastifyInstance, folder: string): Promise<void> {
  const index = readFileSync(join(folder, INDEX), 'utf8').replace('<div id="app"', '<div id="app" data-for="guests"')
  server.get('/', async (_request, reply) =>
    reply.headers({ 'cache-control': 'no-cache', connection: 'close' }).type('text/html; charset=utf-8').send(index),
  )
}

/** Adds the routes to log in and out, for whoever the guard let through. */
export function addLoginRoutes(server: FastifyInstance, sessions: PageSessions, port: () => number): void {
  server.post(LOGIN_PATH, async ({ caller }, reply) => {
    const { cookie, key } = secretsOf(caller)
    const maxAge = SESSION_LIFETIME_MS / 1000
    return reply.setCookie(cookieName(port()), cookie, { ...COOKIE, maxAge }).send({ key })
  })
  server.post(LOGOUT_PATH, async ({ caller }, reply) => {
    sessions.logout(secretsOf(caller))
    return reply.clearCookie(cookieName(port()), COOKIE).send({ loggedOut: true })
  })
}

function secretsOf(caller: Caller | null): SessionSecrets {
  if (caller?.type !== 'page') throw new ApiError('forbidden', 'Only a browser can log in or out.')
  return caller.secrets
}
