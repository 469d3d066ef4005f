/** A browser that comes in as a guest, as a program that sends what the page would. */
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import {
  API_PREFIX,
  FILE_PATH,
  LINK_FRAGMENT,
  LOGIN_PATH,
  LOGOUT_PATH,
  PAGE_HEADER,
  UPLOAD_PATH,
} from '../../src/api/paths.ts'

type Headers = Record<string, string>

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: unknown
}

export class BrowserGuest {
  readonly origin: string
  session: Headers = {}

  constructor(link: string) {
    this.origin = new URL(link).origin
  }

  /** Comes in by a link. */
  static async enter(link: string, name: string): Promise<BrowserGuest> {
    const guest = new BrowserGuest(link)
    const { status, body } = await guest.login(link, name)
    if (status !== 200) throw new Error(`not let in: ${JSON.stringify(body)}`)
    return guest
  }

  async login(link: string, name: unknown, headers: Headers = {}): Promise<Answer> {
    const secret = link.split(LINK_FRAGMENT)[1]!
    const sent = {
      authorization: `Link ${secret}`,
      'content-type': 'application/json',
      origin: this.origin,
      ...headers,
    }
    const answer = await this.send('POST', LOGIN_PATH, sent, JSON.stringify({ name }))
    const [cookie] = answer.headers['set-cookie'] ?? []
    const { key } = answer.body as { key?: string }
    if (cookie !== undefined && key !== undefined) {
      this.session = { cookie: cookie.split(';')[0]!, [PAGE_HEADER]: key, origin: this.origin }
    }
    return answer
  }

  logout(): Promise<Answer> {
    return this.send('POST', LOGOUT_PATH, this.session)
  }

  call(name: string, input: object, headers: Headers = {}): Promise<Answer> {
    const sent = { ...this.session, 'content-type': 'application/json', ...headers }
    return this.send('POST', API_PREFIX + name, sent, JSON.stringify(input))
  }

  upload(room: string, name: string, content: string): Promise<Answer> {
    const sent = { ...this.session, 'content-type': 'application/octet-stream', 'content-length': `${content.length}` }
    return this.send('POST', `${UPLOAD_PATH}?${new URLSearchParams({ room, name })}`, sent, content)
  }

  /** Reads a file by the path of a link, as a browser does: with the cookie alone. */
  read(path: string): Promise<Answer> {
    if (!path.startsWith(FILE_PATH)) throw new Error(`not a link to a file: ${path}`)
    return this.send('GET', path, { cookie: this.session['cookie'] ?? '' })
  }

  async send(method: string, path: string, headers: Headers = {}, body?: string): Promise<Answer> {
    const response = await this.open(method, path, headers, body)
    const content = await text(response)
    let read: unknown = content
    try {
      read = JSON.parse(content)
    } catch {
      // Not everything is JSON.
    }
    return { status: response.statusCode!, headers: response.headers, body: read }
  }

  /** What the stream of the page tells, line by line, until it ends. */
  async *watch(): AsyncGenerator<{ event: string; [part: string]: unknown }> {
    const sent = { ...this.session, 'content-type': 'application/json' }
    const response = await this.open('POST', `${API_PREFIX}rooms.watch`, sent, '{}')
    if (response.statusCode !== 200) throw new Error(`refused: ${response.statusCode} ${await text(response)}`)
    let rest = ''
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line) as { event: string }
    }
  }

  async open(method: string, path: string, headers: Headers, body?: string): Promise<IncomingMessage> {
    const options = { method, agent: false, headers }
    const outgoing = this.origin.startsWith('https:')
      ? requestTls(this.origin + path, { ...options, rejectUnauthorized: false })
      : request(this.origin + path, options)
    outgoing.end(body)
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    return response
  }
}

/** The names of the rooms that a guest is told of, with what it calls them. */
export async function roomsOf(guest: BrowserGuest): Promise<Map<string, string>> {
  const rooms = new Map<string, string>()
  for await (const record of guest.watch()) {
    if (record.event === 'listed') break
    const { room } = record as { room?: { id: string; name: string } }
    if (room !== undefined) rooms.set(room.name, room.id)
  }
  return rooms
}
