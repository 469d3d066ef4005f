/**
 * Serves the page to browsers on the local network, for guests of this node. It is a server of its own: what it has no
 * route for cannot be reached by it, and what it has is judged by `guest-access.ts`.
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fastifyCookie } from '@fastify/cookie'
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { KithNode, Room } from '../../kith.ts'
import { ApiConnections } from '../connections.ts'
import { inputs } from '../contract.ts'
import { ApiError, errorReply } from '../errors.ts'
import { FileLinks } from '../file-links.ts'
import type { ndjson } from '../ndjson.ts'
import { addFileRoutes, FILE_ROUTE } from '../page-files.ts'
import { SECURITY_HEADERS, servePageFiles } from '../page-routes.ts'
import type { SessionSecrets } from '../secrets.ts'
import { API_PREFIX, LINK_FRAGMENT, LINK_SCHEME, LOGIN_PATH, LOGOUT_PATH, PAGE_HEADER } from '../paths.ts'
import { bodySchema, readJson, sendStream, SERVING } from '../serving.ts'
import { GUEST_CALLS, GuestAccess, type GuestCallName } from './guest-access.ts'
import { guestAnswers } from './guest-answers.ts'
import { GUEST_LIFETIME_MS, type GuestBook } from './guest-book.ts'
import type { StoredGuest } from './guest-file.ts'
import { GuestHosts } from './guest-hosts.ts'
import { GuestLimits, type Causer } from './guest-limits.ts'
import { GuestStreams } from './guest-streams.ts'
import { GuestViews } from './guest-views.ts'

/** Where the page for guests is served, and how. */
export interface WebOptions {
  /** An address of this machine, or `0.0.0.0` for all of them. */
  host: string
  port: number
  /** Names of this machine that browsers may ask for, besides its addresses. */
  names?: readonly string[]
  /** PEM: without them, what is said can be read by others on the network. */
  tls?: { cert: string; key: string }
}

/** What an open server offers. */
export interface GuestServer {
  /** Addresses by which others on the network reach the page, the likeliest first. */
  addresses(): string[]
  readonly isEncrypted: boolean
  /** A link by each address, with a secret in it. */
  links(secret: string): string[]
  isOnline(guest: string): boolean
  close(): Promise<void>
}

/** A connection of one guest loads the page, one is its stream, and a few its calls and pictures. */
const MAX_CONNECTIONS_PER_ADDRESS = 64
/** How long pending answers may take when it closes. */
const CLOSE_GRACE_MS = 1000
const MAX_LOGIN_BYTES = 1024

interface Guest {
  guest: StoredGuest
  secrets: SessionSecrets
}

declare module 'fastify' {
  interface FastifyRequest {
    /** On the page for guests: who asks. Null where nobody has to say so. */
    guest: Guest | null
  }
}

/** Opens the page for guests. Throws what the system says if it cannot listen, or cannot use the certificate. */
export async function serveGuests(
  node: KithNode,
  { book, web, page, onBug }: { book: GuestBook; web: WebOptions; page: string; onBug: (error: Error) => void },
): Promise<GuestServer> {
  const { tls } = web
  const server = (tls === undefined ? fastify(SERVING) : fastify({ ...SERVING, https: tls })) as FastifyInstance
  const scheme = tls === undefined ? 'http' : 'https'
  const hosts = new GuestHosts(web.names)
  const limits = new GuestLimits(Date.now)
  const access = new GuestAccess(node, book)
  const views = new GuestViews(node, book, access)
  const streams = new GuestStreams(node, access, views)
  const port = (): number => (server.server.address() as AddressInfo).port
  const cookieName = (): string => `kith-guest-${port()}`
  const links = new FileLinks({ sessions: book, scheme, cookieName })
  const connections = new ApiConnections(server.server as Server, { perAddress: MAX_CONNECTIONS_PER_ADDRESS })
  const cookie = { path: API_PREFIX, httpOnly: true, sameSite: 'strict', secure: tls !== undefined } as const

  book.onChanged((id) => {
    streams.end(id)
    if (!book.guests().some((guest) => guest.id === id)) limits.forget(id)
  })
  readJson(server)
  await server.register(fastifyCookie)
  server.decorateRequest('guest', null)
  server.decorateRequest('caller', null)
  server.decorateRequest('linked', null)

  const guestBy = (secrets: SessionSecrets): Guest => {
    const guest = book.guestOf(secrets)
    if (guest !== undefined) return { guest, secrets }
    throw new ApiError('unauthorized', 'This browser is no guest here (any more): ask for a new link.')
  }
  const secretsIn = ({ cookies, headers }: FastifyRequest): SessionSecrets | undefined => {
    const [half, key] = [cookies[cookieName()], headers[PAGE_HEADER]]
    return half !== undefined && typeof key === 'string' ? { cookie: half, key } : undefined
  }
  /** Tells who asks, and counts that it does. */
  const admit = (request: FastifyRequest): void => {
    const { headers, routeOptions, ip: address } = request
    const isOfPage = !request.is404 && routeOptions.url?.startsWith(API_PREFIX) === false
    const linked = routeOptions.url === FILE_ROUTE ? links.open(request.params, request, port()) : undefined
    const secrets = linked?.session ?? secretsIn(request)
    const known = secrets === undefined || isOfPage ? undefined : book.guestOf(secrets)
    limits.take('requests', { address, ...(known && { guest: known.id }) })
    if (isOfPage) return
    if (linked === undefined && headers.origin !== `${scheme}://${headers.host?.toLowerCase()}`) {
      throw new ApiError('forbidden', 'Web pages of other addresses may not use this page.')
    }
    if (routeOptions.url === LOGIN_PATH) return limits.take('logins', { address }, 0)
    if (secrets === undefined) throw new ApiError('unauthorized', 'This browser is no guest here: ask for a link.')
    const { guest } = (request.guest = guestBy(secrets))
    // The room may not be open to it any more.
    if (linked !== undefined) {
      access.requireId(guest, linked.room)
      request.linked = linked
    }
    connections.prove(request.socket)
  }
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...SECURITY_HEADERS, 'cache-control': 'no-store' })
    try {
      hosts.check(request.headers.host, port(), tls !== undefined, Date.now())
      admit(request)
    } catch (error) {
      // Nothing more is read from it, not even the body of this request.
      void reply.header('connection', 'close')
      throw error
    }
  })
  // A body may come long after its headers: until then, a guest may have been removed, or may do less than before.
  server.addHook('preHandler', async ({ guest: who, linked }) => {
    if (who === null) return
    who.guest = guestBy(who.secrets).guest
    if (linked !== null) access.requireId(who.guest, linked.room)
  })
  server.setErrorHandler(async (error, _request, reply) => {
    const { status, body } = errorReply(error)
    if (body.error.code !== 'internal') return reply.code(status).send(body)
    // What went wrong inside is for the owner.
    onBug(error instanceof Error ? error : new Error(String(error)))
    return reply.code(status).send({ error: { code: 'internal', message: 'The node could not answer this.' } })
  })
  server.setNotFoundHandler(async () => {
    throw new ApiError('forbidden', 'A guest may not use this.')
  })

  server.post(LOGIN_PATH, { bodyLimit: MAX_LOGIN_BYTES, schema: { body: LOGIN_BODY } }, async (request, reply) => {
    const [scheme = '', secret = ''] = (request.headers.authorization ?? '').split(' ', 2)
    const { name } = request.body as { name: string }
    // What fails is counted, so that a class behind one address comes in at once.
    limits.pass('logins', { address: request.ip }, 1)
    const session = scheme === LINK_SCHEME ? book.enter(secret, name, request.ip) : undefined
    if (session === undefined) {
      throw new ApiError('unauthorized', 'This link was used already, or is too old: ask for a new one.')
    }
    limits.pass('logins', { address: request.ip }, -1)
    const maxAge = GUEST_LIFETIME_MS / 1000
    return reply.setCookie(cookieName(), session.cookie, { ...cookie, maxAge }).send({ key: session.key })
  })
  server.post(LOGOUT_PATH, async (request, reply) => {
    book.remove(whoOf(request).guest)
    return reply.clearCookie(cookieName(), cookie).send({ loggedOut: true })
  })

  const answers = guestAnswers(access, views, { limits, links })
  for (const name of Object.keys(GUEST_CALLS) as GuestCallName[]) {
    const right = GUEST_CALLS[name]
    server.post(API_PREFIX + name, { schema: { body: bodySchema(inputs[name]) } }, async (request, reply) => {
      const who = whoOf(request)
      const { room: named } = request.body as { room: string }
      const asking = { ...who, causer: causerOf(request), room: access.require(who.guest, named, right) }
      const answer: unknown = await answers[name](request.body as never, asking)
      const text = JSON.stringify(answer)
      limits.pass('bytes', asking.causer, text.length)
      return reply.type('application/json; charset=utf-8').send(text)
    })
  }
  server.post(
    `${API_PREFIX}rooms.watch`,
    { schema: { body: bodySchema(inputs['rooms.watch']) } },
    async (request, reply) => {
      const { lines, ending } = streams.open(whoOf(request).guest)
      await sendStream(lines as ReturnType<typeof ndjson>, reply, ending, onBug)
    },
  )
  await addFileRoutes(server, node, {
    causer: (request) => whoOf(request).guest.id,
    target(request, { room: named, sizeBytes }): { room: Room; guest: string } {
      const { guest } = whoOf(request)
      const room = access.require(guest, named, 'write')
      access.requireFile(guest, sizeBytes)
      limits.take('writes', causerOf(request))
      limits.take('kept', causerOf(request), sizeBytes)
      return { room, guest: guest.name }
    },
    passed(request, bytes) {
      const who = whoOf(request)
      // Files take long: they end with what a guest may do.
      who.guest = guestBy(who.secrets).guest
      if (request.linked !== null) access.requireId(who.guest, request.linked.room)
      else access.require(who.guest, (request.query as { room?: string }).room, 'write')
      limits.pass('bytes', causerOf(request), bytes)
    },
  })
  await servePageFiles(server, page, { isForGuests: true })
  await server.listen({ host: web.host, port: web.port })

  const addresses = (): string[] =>
    hosts.reachable(web.host, Date.now()).map((address) => `${scheme}://${address}:${port()}`)
  return {
    addresses,
    isEncrypted: tls !== undefined,
    links: (secret) => addresses().map((address) => `${address}/${LINK_FRAGMENT}${secret}`),
    isOnline: (guest) => streams.isOpen(guest),
    async close() {
      streams.end()
      const force = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS)
      await server.close()
      clearTimeout(force)
    },
  }
}

const LOGIN_BODY = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
}

function whoOf({ guest }: FastifyRequest): Guest {
  if (guest === null) throw new ApiError('unauthorized', 'This browser is no guest here: ask for a link.')
  return guest
}

function causerOf(request: FastifyRequest): Causer {
  return { address: request.ip, guest: whoOf(request).guest.id }
}
