/** The local API of a running node: JSON over HTTP on loopback, for the user's own programs. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { fastifyCookie } from '@fastify/cookie'
import { fastify } from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { KithError } from '../kith.ts'
import type { KithNode } from '../kith.ts'
import { removeApiFile, writeApiFile } from './api-file.ts'
import { ApiConnections } from './connections.ts'
import { inputs } from './contract.ts'
import { API_PREFIX, LINK_FRAGMENT, LOGIN_PATH } from './paths.ts'
import { ApiError, errorReply } from './errors.ts'
import type { ErrorBody } from './errors.ts'
import { FileLinks } from './file-links.ts'
import { callerOf, checkHost, cookieName, loggedOut, loginBy, type Caller } from './guard.ts'
import { callHandlers, streamHandlers, taskHandlers, type LinkMaker } from './handlers.ts'
import { GuestBook } from './guests/guest-book.ts'
import type { GuestLink } from './guests/guest-calls.ts'
import { guestHandlers, type Guests } from './guests/guest-handlers.ts'
import { serveGuests, type GuestServer, type WebOptions } from './guests/guest-server.ts'
import type { PublicOptions, PublicServer } from './public/public-server.tsx'
import { ndjson } from './ndjson.ts'
import type { Lines } from './ndjson.ts'
import { isForPage } from './page-access.ts'
import type { PageLink } from './page-calls.ts'
import { addFileRoutes, FILE_ROUTE } from './page-files.ts'
import { addLoginRoutes, hasPage, SECURITY_HEADERS, servePageFiles } from './page-routes.ts'
import { PageSessions } from './page-sessions.ts'
import { bodySchema, readJson, sendStream, SERVING } from './serving.ts'
import { taskRecords } from './task-records.ts'
import type { Task } from './task-records.ts'

/** Each event stream may hold STREAM_BUFFER_BYTES; a user has few terminals and pages open. */
export const MAX_STREAMS = 32
/** How long pending answers may take when the API closes. */
const CLOSE_GRACE_MS = 1000
const TOKEN_BYTES = 32
const LOOPBACK = '127.0.0.1'

export interface ApiOptions {
  /** Folder for `api.json`: the node's data folder. */
  dataDir: string
  /** TCP port on loopback. Default: that of the last start, or any free one. */
  port?: number
  /** Folder with the files of the page. Default: none are served. */
  page?: string
  /** Where the page is served to guests. Default: nowhere. */
  web?: WebOptions
  /** Rooms that are served in public. Default: none. */
  public?: PublicOptions
  /** For the files that a client without a umask of its own saves. Default: the umask of the process. */
  umask?: number
  /** A client asked the node to stop. */
  onStop: () => void
  /** An unexpected error while answering a request: a bug. */
  onInternalError: (error: Error) => void
}

export interface ApiServer {
  readonly url: string
  readonly token: string
  /** A link that logs one browser in to the page, once: a secret. Throws an ApiError `not-found` if there is no page. */
  makeLink(): PageLink
  readonly hasPage: boolean
  /** Where chosen rooms are read in public; undefined if none are. */
  readonly publicUrl: string | undefined
  /** A link by which one guest comes in, and then waits to be let into rooms. Undefined if the page is not served to guests. */
  readonly guestLink: (() => GuestLink) | undefined
  /** Ends the streams, lets pending answers finish, and finally removes `api.json`. */
  close(): Promise<void>
}

/** Serves a node's API and writes `api.json`. Throws a KithError `port-in-use`. */
export async function serveApi(node: KithNode, options: ApiOptions): Promise<ApiServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const streams: OpenStreams = new Map()
  const sessions = new PageSessions(options.dataDir)
  const page = options.page !== undefined && hasPage(options.page) ? options.page : undefined
  let url = ''
  const makeLink = (isOnly: boolean): PageLink => {
    if (page === undefined) throw new ApiError('not-found', 'This node has no page: npm run build makes it.')
    if (isOnly) sessions.logoutAll()
    const { secret, expiresMs } = sessions.makeLink()
    return { url: `${url}/${LINK_FRAGMENT}${secret}`, expiresMs }
  }
  const guests: Guests = { book: new GuestBook(options.dataDir), server: undefined }
  const server = await buildServer(node, options, { token, streams, sessions, page, makeLink, guests })
  await listen(server, options.port, sessions.port)
  url = `http://${LOOPBACK}:${portOf(server)}`
  let open: PublicServer | undefined
  try {
    guests.server = await openGuests(node, options, { page, guests })
    open = await openPublic(node, options, guests.book)
  } catch (error) {
    await guests.server?.close()
    await server.close()
    throw error
  }
  writeApiFile(options.dataDir, { url, token, pid: process.pid, startedAtMs: Date.now() })
  sessions.notePort(portOf(server))
  return {
    url,
    token,
    makeLink: () => makeLink(false),
    hasPage: page !== undefined,
    publicUrl: open?.url,
    guestLink: guests.server && (() => guestHandlers(node, guests)['guests.invite']({})),
    async close() {
      for (const stream of streams.keys()) stream.abort()
      await Promise.all([guests.server?.close(), open?.close()])
      const force = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS)
      await server.close()
      clearTimeout(force)
      removeApiFile(options.dataDir, token)
    },
  }
}

/** Streams that are open, each with who reads it. */
type OpenStreams = Map<AbortController, Caller | null>

/** What a server has to itself. */
interface Served {
  token: string
  streams: OpenStreams
  sessions: PageSessions
  /** Folder with the files of the page, if there are any. */
  page: string | undefined
  readonly makeLink: (isOnly: boolean) => PageLink
  guests: Guests
}

async function buildServer(
  node: KithNode,
  options: ApiOptions,
  { token, streams, sessions, page, makeLink, guests }: Served,
): Promise<FastifyInstance> {
  const server = fastify(SERVING)
  const links = new FileLinks({ sessions, scheme: 'http', cookieName })
  const connections = new ApiConnections(server.server)
  readJson(server)
  await server.register(fastifyCookie)
  server.decorateRequest('caller', null)
  server.decorateRequest('linked', null)
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...SECURITY_HEADERS, 'cache-control': 'no-store' })
    try {
      const port = portOf(server)
      checkHost(request.headers, port)
      if (isOfPage(request)) return
      const { url } = request.routeOptions
      if (url === FILE_ROUTE) request.linked = links.open(request.params, request, port)
      else if (url === LOGIN_PATH) request.caller = { type: 'page', secrets: loginBy(request, sessions) }
      else request.caller = callerOf(request, token, port, sessions)
      connections.prove(request.socket)
    } catch (error) {
      // Nothing more is read from it, not even the body of this request.
      void reply.header('connection', 'close')
      throw error
    }
  })
  const isLoggedIn = (caller: Caller | null): boolean => caller?.type !== 'page' || sessions.has(caller.secrets)
  /** A body may come long after its headers: until then, the browser may have been logged out. */
  const judgeAgain = ({ caller, linked }: FastifyRequest): void => {
    if (!isLoggedIn(caller) || (linked !== null && !sessions.has(linked.session))) throw loggedOut()
  }
  server.addHook('preHandler', async (request) => judgeAgain(request))
  sessions.onEnded(() => {
    for (const [stream, reader] of streams) {
      if (!isLoggedIn(reader)) stream.abort()
    }
  })
  server.setErrorHandler(async (error, _request, reply) => {
    const { status, body } = replyTo(error, options)
    return reply.code(status).send(body)
  })
  server.setNotFoundHandler(async (request) => {
    throw new ApiError('not-found', `There is no ${request.method} ${request.url}; send POST ${API_PREFIX}NAME.`)
  })
  addLoginRoutes(server, sessions, () => portOf(server))
  if (page !== undefined) await servePageFiles(server, page)
  await addFileRoutes(server, node, {
    causer: ({ caller, linked }) => (caller?.type === 'page' ? caller.secrets : linked?.session)?.cookie ?? 'programs',
    target: (_request, { room }) => ({ room: node.rooms.get(room) }),
    passed: judgeAgain,
  })
  const makeLinks: LinkMaker = { toPage: makeLink, toFile: (session, file) => links.make(session, file) }
  for (const [name, handle] of Object.entries(callHandlers(node, options.onStop, makeLinks, guests))) {
    addRoute(server, name, async (input, reply, caller) =>
      reply.send(JSON.stringify(await handle(input as never, caller))),
    )
  }
  type Open = (input: never, ending: AbortSignal) => Lines<unknown> | Promise<Lines<unknown>>
  const addStream = (name: string, open: Open): void =>
    addRoute(server, name, async (input, reply, caller) => {
      if (streams.size >= MAX_STREAMS) {
        throw new ApiError('busy', `${MAX_STREAMS} streams are already open; close one first.`)
      }
      const ending = new AbortController()
      streams.set(ending, caller)
      try {
        const lines = await open(input as never, ending.signal)
        await sendStream(lines, reply, ending, (error) => void replyTo(error, options))
      } finally {
        streams.delete(ending)
      }
    })
  for (const [name, open] of Object.entries(streamHandlers(node))) addStream(name, open)
  for (const [name, begin] of Object.entries(taskHandlers(node, options.umask))) {
    addStream(name, (input, ending) => {
      const task: Task<unknown, unknown> = begin(input)
      const errorBody = (error: unknown): ErrorBody => replyTo(error, options).body
      return ndjson(taskRecords(task, ending, errorBody), (record) => record)
    })
  }
  return server
}

/** The answer to an error; bugs are also reported. */
function replyTo(error: unknown, { onInternalError }: ApiOptions): { status: number; body: ErrorBody } {
  const reply = errorReply(error)
  if (reply.body.error.code === 'internal') onInternalError(error instanceof Error ? error : new Error(String(error)))
  return reply
}

function addRoute(
  server: FastifyInstance,
  name: string,
  handle: (input: unknown, reply: FastifyReply, caller: Caller | null) => Promise<unknown>,
): void {
  server.route({
    method: 'POST',
    url: API_PREFIX + name,
    schema: { body: bodySchema(inputs[name as keyof typeof inputs]) },
    onRequest: async ({ caller }) => {
      if (caller?.type === 'page' && !isForPage(name)) {
        throw new ApiError('forbidden', `A page in a browser may not use ${name}.`)
      }
    },
    handler: (request, reply) => handle(request.body, reply.type('application/json; charset=utf-8'), request.caller),
  })
}

/** Listens on a port, or, if none is asked for, on the last one, by which browsers know the page, if that is free. */
async function listen(server: FastifyInstance, port: number | undefined, last: number | undefined): Promise<void> {
  const wanted = port ?? last ?? 0
  try {
    await server.listen({ host: LOOPBACK, port: wanted })
  } catch (error) {
    if (port === undefined && wanted !== 0) return listen(server, 0, undefined)
    await server.close()
    throw listenError(error, wanted)
  }
}

/** The page for guests, if it is asked for. Throws a KithError `port-in-use` or `bad-config`. */
async function openGuests(
  node: KithNode,
  { web, onInternalError: onBug }: ApiOptions,
  { page, guests: { book } }: Pick<Served, 'page' | 'guests'>,
): Promise<GuestServer | undefined> {
  if (web === undefined) return undefined
  if (page === undefined) throw new KithError('bad-config', 'This node has no page for guests: npm run build makes it.')
  try {
    return await serveGuests(node, { book, web, page, onBug })
  } catch (error) {
    throw listenProblem(error, web, '--web')
  }
}

/** The public pages, if there are any. Throws a KithError. */
async function openPublic(
  node: KithNode,
  { public: shown, onInternalError: onBug }: ApiOptions,
  book: GuestBook,
): Promise<PublicServer | undefined> {
  if (shown === undefined) return undefined
  // Only who shows something in public pays for what makes the pages.
  const { servePublic } = await import('./public/public-server.tsx')
  book.keepNames()
  try {
    return await servePublic(node, shown, { slugOf: (id) => book.roomName(id), onBug })
  } catch (error) {
    throw error instanceof KithError ? error : listenProblem(error, shown, '--public-web')
  }
}

/** Whether a request is for a file of the page, which is no secret. */
function isOfPage({ is404, routeOptions }: FastifyRequest): boolean {
  return !is404 && routeOptions.url?.startsWith(API_PREFIX) === false
}

function listenError(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const advice = 'choose another with --api PORT, or omit the option to use any free port.'
  if (code === 'EADDRINUSE') {
    return new KithError('port-in-use', `Port ${port} for the local API is in use: ${advice}`, { cause: error })
  }
  if (code === 'EACCES') {
    return new KithError('port-in-use', `Port ${port} for the local API is not allowed: ${advice}`, { cause: error })
  }
  return error
}

function listenProblem(error: unknown, { host, port }: Pick<WebOptions, 'host' | 'port'>, option: string): KithError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const where = `${host}:${port}`
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    const why = code === 'EACCES' ? 'is not allowed' : 'is in use'
    return new KithError('port-in-use', `The address ${where} ${why}: choose another with ${option}.`, {
      cause: error,
    })
  }
  if (code === 'EADDRNOTAVAIL') {
    return new KithError('bad-config', `This machine has no address ${host}: choose another with ${option}.`, {
      cause: error,
    })
  }
  return new KithError('bad-config', `Nothing can be served at ${where} (${option}): ${String(error)}`, {
    cause: error,
  })
}

function portOf(server: FastifyInstance): number {
  return (server.server.address() as AddressInfo).port
}
