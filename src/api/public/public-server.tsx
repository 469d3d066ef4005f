/**
 * Serves chosen rooms in public, for reading: pages that need no script and set no cookie, and feeds. It is a server of its
 * own with these routes only, so that nothing else of the node can be reached by it.
 */
import type { Server } from 'node:http'
import { Readable } from 'node:stream'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { JSX } from 'preact'
import { render } from 'preact-render-to-string'
import { KithError, type KithNode } from '../../kith.ts'
import { Account, AddressAccounts, networkOf } from '../accounts.ts'
import { byteRange } from '../byte-range.ts'
import { ApiConnections } from '../connections.ts'
import { ApiError } from '../errors.ts'
import { encodedName, FILE_POLICY } from '../page-files.ts'
import { TransferPlaces } from '../transfers.ts'
import { atomFeed, jsonFeed } from './feeds.ts'
import { ChatPage, IndexPage, ProblemPage, TablePage, type NamedRoom } from './pages.tsx'
import { PAGE_ROWS, PublicRoom } from './public-room.ts'
import { KeptPages, madeOf, type Made } from './kept-pages.ts'
import { STYLE } from './style.ts'

/** Where it is served, and which rooms. */
export interface PublicOptions {
  host: string
  port: number
  /** Ids or names. */
  rooms: readonly string[]
}

/** An open server. */
export interface PublicServer {
  readonly url: string
  close(): Promise<void>
}

/** A reader turns a page every few seconds; a page has a style and some pictures. */
const ADDRESS_RATES = {
  requests: { burst: 120, perSecond: 5 },
  bytes: { burst: 512 * 2 ** 20, perSecond: 2 * 2 ** 20 },
} as const
/** Of all readers: half of what this serves on one processor, and what a line of 100 Mbit/s carries. */
const TOTAL_RATES = {
  requests: { burst: 2_000, perSecond: 300 },
  bytes: { burst: 4 * 2 ** 30, perSecond: 12 * 2 ** 20 },
} as const
/** Files that are read at the same time: by all, and by one address, as a browser loads the pictures of a page. */
const MAX_PUBLIC_DOWNLOADS = 16
const MAX_ADDRESS_DOWNLOADS = 6
/** A reader of a file that takes nothing for so long has gone, or keeps others from reading. */
const READER_TIMEOUT_MS = 30_000
const MAX_CONNECTIONS_PER_ADDRESS = 32
/** No header of a browser that has no cookie here is longer. */
const MAX_HEADER_BYTES = 8 * 1024
const KEEP_ALIVE_MS = 5_000
const CLOSE_GRACE_MS = 1000
/** For how long a browser, or a server in front of this one, need not ask again. */
const FRESH_S = 10
/** What a reader is told to wait who asked for too much. */
const RETRY_AFTER_S = 10

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const ROBOTS = 'User-agent: *\nAllow: /\n'

type Counted = 'requests' | 'bytes'

class TooMuchError extends Error {
  override readonly name = 'TooMuchError'
}

/**
 * The rooms that are to be shown. Throws a KithError `no-such-room`, or `wrong-access` for a private one: its members were
 * told that nobody else reads it, and none of them can decide that for the others.
 */
function publicRooms(node: KithNode, references: readonly string[], slugOf: (id: string) => string): PublicRoom[] {
  return references.map((reference) => {
    const { id, name, access } = node.rooms.get(reference).details()
    if (access === 'private') {
      throw new KithError(
        'wrong-access',
        `'${name}' is a private room, which nobody but its members reads: it is not shown in public`,
      )
    }
    return new PublicRoom(node, id, slugOf(id))
  })
}

/** Opens it. Throws what the system says if it cannot listen, and what `publicRooms` throws. */
export async function servePublic(
  node: KithNode,
  { host, port, rooms: references }: PublicOptions,
  { slugOf, onBug }: { slugOf: (id: string) => string; onBug: (error: Error) => void },
): Promise<PublicServer> {
  const rooms = publicRooms(node, references, slugOf)
  const server: FastifyInstance = fastify({
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: 1,
  })
  const connections = new ApiConnections(server.server as Server, { perAddress: MAX_CONNECTIONS_PER_ADDRESS })
  const addresses = new AddressAccounts<Counted>(ADDRESS_RATES)
  const total = new Account<Counted>(TOTAL_RATES)
  const kept = new KeptPages()
  const forget = (): void => {
    kept.forgetAll()
    for (const room of rooms) room.changed()
  }
  for (const event of ['document', 'room', 'left', 'joined'] as const) node.on(event, forget)
  const downloads = new TransferPlaces({
    ...{ total: MAX_PUBLIC_DOWNLOADS, each: MAX_ADDRESS_DOWNLOADS },
    what: 'files are already being read',
  })

  const spend = ({ ip }: FastifyRequest, what: Counted, count: number): void => {
    const nowMs = Date.now()
    for (const account of [addresses.of(ip), total]) {
      if (account.left(what, nowMs) <= 0) throw new TooMuchError('too much')
      account.spend(what, count, nowMs)
    }
  }
  const give = (request: FastifyRequest, reply: FastifyReply, { body, type, etag }: Made): FastifyReply => {
    void reply.headers({ etag, 'cache-control': `public, max-age=${FRESH_S}, must-revalidate` })
    if (request.headers['if-none-match']?.split(/,\s*/).includes(etag) === true) return reply.code(304).send()
    spend(request, 'bytes', body.length)
    return reply.type(type).send(body)
  }
  const roomOf = (request: FastifyRequest): { room: PublicRoom; named: NamedRoom } => {
    const { slug } = request.params as { slug: string }
    const room = rooms.find((each) => each.slug === slug)
    const shown = room?.shown
    if (room === undefined || shown === undefined) throw new KithError('no-such-room', 'there is no such room')
    return { room, named: { slug, ...shown } }
  }
  /** Serves a page of a room, made once for all who ask until something changes. */
  const page = (
    path: string,
    make: (room: PublicRoom, named: NamedRoom, params: Record<string, string>) => Promise<Omit<Made, 'etag'>>,
  ): void => {
    server.get(`/:slug/${path}`, async (request, reply) => {
      const { room, named } = roomOf(request)
      const known =
        kept.get(request.url) ??
        (await kept.make(request.url, () => make(room, named, request.params as Record<string, string>)))
      return give(request, reply, known)
    })
  }

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(HEADERS)
    connections.prove(request.socket)
    spend(request, 'requests', 1)
    // A query would be another address of the same page, of which there are endlessly many.
    if (request.url.includes('?')) throw new KithError('no-such-room', 'there is no such page')
  })
  server.setErrorHandler(async (error, _request, reply) => {
    void reply.header('cache-control', 'no-store')
    const isBusy = error instanceof ApiError && error.code === 'busy'
    if (isBusy || error instanceof TooMuchError) {
      if (isBusy) void reply.header('connection', 'close')
      void reply.code(429).header('retry-after', RETRY_AFTER_S)
      return send(reply, <ProblemPage title="Too many requests" words="Wait a moment, and load the page again." />)
    }
    const isMissing = error instanceof KithError && MISSING.has(error.code)
    if (isMissing) return notFound(reply)
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 400 && status < 500)
      return send(
        reply.code(status),
        <ProblemPage title="Not understood" words="This server gives pages to read, and takes nothing." />,
      )
    onBug(error instanceof Error ? error : new Error(String(error)))
    return send(
      reply.code(500),
      <ProblemPage title="Something went wrong" words="This page could not be made. Try again later." />,
    )
  })
  server.setNotFoundHandler(async (_request, reply) => notFound(reply))

  server.get('/', async (request, reply) => {
    const made =
      kept.get('/') ??
      (await kept.make('/', async () => {
        const shown = rooms.flatMap((room) => (room.shown === undefined ? [] : [{ slug: room.slug, ...room.shown }]))
        return html(<IndexPage rooms={shown} />)
      }))
    return give(request, reply, made)
  })
  server.get('/robots.txt', async (request, reply) =>
    give(request, reply, madeOf({ body: ROBOTS, type: 'text/plain; charset=utf-8' })),
  )
  server.get('/style.css', async (request, reply) =>
    give(request, reply, madeOf({ body: STYLE, type: 'text/css; charset=utf-8' })),
  )
  page('', async (room, named) =>
    named.app === 'map' ? tablePage(room, named, 1) : html(<ChatPage room={named} page={await room.page()} />),
  )
  page('page/:number', async (room, named, { number = '' }) => {
    if (named.app !== 'map' || !/^[1-9]\d{0,5}$/.test(number))
      throw new KithError('no-such-document', 'there is no such page')
    return tablePage(room, named, Number(number))
  })
  page('before/:id', async (room, named, { id = '' }) =>
    html(<ChatPage room={conversation(named)} page={await room.page({ before: id })} />),
  )
  page('after/:id', async (room, named, { id = '' }) =>
    html(<ChatPage room={conversation(named)} page={await room.page({ after: id })} />),
  )
  page('message/:id', async (room, named, { id = '' }) =>
    html(<ChatPage room={conversation(named)} page={await room.around(id)} chosen={id} />),
  )
  page('feed.atom', async (room, named) => ({
    body: atomFeed(conversation(named), (await room.page()).messages.toReversed()),
    type: 'application/atom+xml; charset=utf-8',
  }))
  page('feed.json', async (room, named) => ({
    body: jsonFeed(conversation(named), (await room.page()).messages.toReversed()),
    type: 'application/feed+json; charset=utf-8',
  }))
  server.get('/:slug/file/:id', async (request, reply) => {
    const { room } = roomOf(request)
    const { id } = request.params as { id: string }
    const { name, sizeBytes, type, read } = await room.file(id)
    const etag = `"${id}"`
    void reply.headers({
      ...{ etag, 'cache-control': 'public, max-age=31536000, immutable', 'accept-ranges': 'bytes' },
      'content-disposition': `attachment; filename*=UTF-8''${encodedName(name)}`,
      'content-security-policy': FILE_POLICY,
      // Pictures are part of pages of this server only.
      'cross-origin-resource-policy': 'same-origin',
    })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    const range = byteRange(request.headers.range, sizeBytes)
    if (range === 'unsatisfiable') {
      // A cache in front would keep the refusal in place of the file.
      return reply
        .code(416)
        .headers({ 'cache-control': 'no-store', 'content-range': `bytes */${sizeBytes}` })
        .send()
    }
    const { start, end } = range ?? { start: 0, end: sizeBytes }
    if (range !== undefined) void reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`)
    void reply.type(type ?? 'application/octet-stream').header('content-length', end - start)
    if (request.method === 'HEAD') return reply.send()
    reply.raw.once('close', downloads.take(networkOf(request.ip)))
    reply.raw.setTimeout(READER_TIMEOUT_MS, () => request.raw.destroy())
    spend(request, 'bytes', 0)
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const bytes of read({ start, end })) {
        spend(request, 'bytes', bytes.length)
        yield bytes
      }
    }
    return reply.send(Readable.from(counted(), { highWaterMark: 1 }))
  })

  await server.listen({ host, port })
  const address = server.server.address()
  const listened = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listened}/`,
    async close() {
      for (const event of ['document', 'room', 'left', 'joined'] as const) node.off(event, forget)
      const force = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS)
      await server.close()
      clearTimeout(force)
    },
  }
}

/** What readers may ask for in vain. */
const MISSING: ReadonlySet<string> = new Set([
  'no-such-room',
  'no-such-document',
  'no-such-file',
  'not-here',
  'wrong-app',
  'bad-id',
  'ambiguous',
  'waiting',
])

async function tablePage(room: PublicRoom, named: NamedRoom, number: number): Promise<Omit<Made, 'etag'>> {
  const entries = await room.entries()
  const count = Math.max(1, Math.ceil(entries.length / PAGE_ROWS))
  if (number > count) throw new KithError('no-such-document', 'there is no such page')
  const rows = entries.slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS)
  return html(<TablePage room={named} rows={rows} number={number} count={count} />)
}

/** Throws a KithError `wrong-app` for a table. */
function conversation(named: NamedRoom): NamedRoom {
  if (named.app !== 'chat') throw new KithError('wrong-app', 'this room has no messages')
  return named
}

function html(element: JSX.Element): Omit<Made, 'etag'> {
  return { body: `<!doctype html>${render(element)}\n`, type: 'text/html; charset=utf-8' }
}

function send(reply: FastifyReply, element: JSX.Element): FastifyReply {
  const { body, type } = html(element)
  return reply.type(type).send(body)
}

function notFound(reply: FastifyReply): FastifyReply {
  void reply.code(404).header('cache-control', 'no-store')
  return send(reply, <ProblemPage title="Not found" words="There is nothing to read at this address." />)
}
