/**
 * Addresses by which a page that is logged in reads files: pictures, films and downloads are loaded by the browser itself,
 * which sends the cookie and no key. So each address has a secret of its own, for one file and one session.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './errors.ts'
import type { Asking } from './guard.ts'
import { newSecret, type SessionSecrets } from './secrets.ts'

/** Links of one session; the one that was used longest ago gives way. More than a page shows files at once. */
export const MAX_SESSION_FILE_LINKS = 512

/** What a link leads to. */
export interface LinkedFile {
  room: string
  document: string
  /** As which the page shows it; null if it is only saved. */
  type: string | null
}

/** A link, and the session that it was made for. */
export interface FileLink extends LinkedFile {
  session: SessionSecrets
}

/** Which browsers a server knows, and how. */
export interface LinkKeeper {
  sessions: { has(secrets: SessionSecrets): boolean; isKnown(secrets: SessionSecrets): boolean }
  scheme: 'http' | 'https'
  cookieName: (port: number) => string
}

/** The links of a session by secret; the one that was used last is the last one. */
type SessionLinks = Map<string, FileLink>

export class FileLinks {
  readonly #keeper: LinkKeeper
  /** By the cookie of the session. */
  readonly #sessions = new Map<string, { session: SessionSecrets; links: SessionLinks }>()

  constructor(keeper: LinkKeeper) {
    this.#keeper = keeper
  }

  /** The secret of a link for a session: the same as before, if it has one for the file. */
  make(session: SessionSecrets, file: LinkedFile): string {
    const links = this.#linksOf(session)
    for (const [secret, { document, room }] of links) {
      if (document === file.document && room === file.room) return use(links, secret, { ...file, session })
    }
    const [oldest] = links.keys()
    if (links.size >= MAX_SESSION_FILE_LINKS && oldest !== undefined) links.delete(oldest)
    return use(links, newSecret(), { ...file, session })
  }

  /**
   * The file of a link, by the parameters of its route, for the browser that it was made for, as long as that is logged in.
   * Throws an ApiError.
   */
  open(params: unknown, { headers, cookies }: Asking, port: number): FileLink {
    const { sessions, scheme, cookieName } = this.#keeper
    checkAsked(headers, scheme)
    const { secret } = params as { secret: string }
    const links = this.#sessions.get(cookies[cookieName(port)] ?? '')?.links
    const link = links?.get(secret)
    if (links === undefined || link === undefined || !sessions.has(link.session)) {
      throw new ApiError('unauthorized', 'This link to a file is too old, or of another browser: load the page again.')
    }
    use(links, secret, link)
    return link
  }

  #linksOf(session: SessionSecrets): SessionLinks {
    const known = this.#sessions.get(session.cookie)
    if (known !== undefined) return known.links
    // There are as many as there are sessions, which are few.
    for (const [cookie, other] of this.#sessions) {
      if (!this.#keeper.sessions.isKnown(other.session)) this.#sessions.delete(cookie)
    }
    const links: SessionLinks = new Map()
    this.#sessions.set(session.cookie, { session, links })
    return links
  }
}

function use(links: SessionLinks, secret: string, link: FileLink): string {
  links.delete(secret)
  links.set(secret, link)
  return secret
}

/** The page itself asks, or the user, where the browser says who does. */
function checkAsked(headers: IncomingHttpHeaders, scheme: string): void {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  const isOwn = origin === undefined || origin === `${scheme}://${host?.toLowerCase()}`
  if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw new ApiError('forbidden', 'Web pages of other addresses may not use this API.')
}
