/**
 * Addresses by which a page that is logged in reads files: pictures, films and downloads are loaded by the browser itself,
 * which sends the cookie and no key. So each address has a secret of its own, for one file and one session.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './errors.ts'
import type { Asking } from './guard.ts'
import { newSecret, type SessionSecrets } from './secrets.ts'

/** Links of all pages; the one that was used longest ago gives way. More than a page shows files at once. */
export const MAX_FILE_LINKS = 1024

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
  sessions: { has(secrets: SessionSecrets): boolean }
  scheme: 'http' | 'https'
  cookieName: (port: number) => string
}

export class FileLinks {
  readonly #keeper: LinkKeeper
  /** By secret; the one that was used last is the last one. */
  readonly #links = new Map<string, FileLink>()

  constructor(keeper: LinkKeeper) {
    this.#keeper = keeper
  }

  /** The secret of a link for a session: the same as before, if it has one for the file. */
  make(session: SessionSecrets, file: LinkedFile): string {
    for (const [secret, link] of this.#links) {
      const isSame = link.document === file.document && link.room === file.room && link.session.key === session.key
      if (isSame) return this.#keep(secret, { ...file, session })
    }
    const [oldest] = this.#links.keys()
    if (this.#links.size >= MAX_FILE_LINKS && oldest !== undefined) this.#links.delete(oldest)
    return this.#keep(newSecret(), { ...file, session })
  }

  /**
   * The file of a link, by the parameters of its route, for the browser that it was made for, as long as that is logged in.
   * Throws an ApiError.
   */
  open(params: unknown, { headers, cookies }: Asking, port: number): FileLink {
    const { sessions, scheme, cookieName } = this.#keeper
    checkAsked(headers, scheme)
    const { secret } = params as { secret: string }
    const link = this.#links.get(secret)
    const isHis = link !== undefined && cookies[cookieName(port)] === link.session.cookie
    if (!isHis || !sessions.has(link.session)) {
      throw new ApiError('unauthorized', 'This link to a file is too old, or of another browser: load the page again.')
    }
    this.#keep(secret, link)
    return link
  }

  #keep(secret: string, link: FileLink): string {
    this.#links.delete(secret)
    this.#links.set(secret, link)
    return secret
  }
}

/** The page itself asks, or the user, where the browser says who does. */
function checkAsked(headers: IncomingHttpHeaders, scheme: string): void {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  const isOwn = origin === undefined || origin === `${scheme}://${host?.toLowerCase()}`
  if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw new ApiError('forbidden', 'Web pages of other addresses may not use this API.')
}
