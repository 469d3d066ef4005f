/**
 * Browsers that are logged in to the page. A link logs one browser in, once; what that gets in exchange are two secrets:
 * a cookie, which no script reads, and a key, which the page keeps for its own address. A cookie alone is not enough, as
 * browsers send it to every port of 127.0.0.1, where other users of the machine may listen. The file `page.json` in the
 * data folder keeps hashes of them, so that browsers stay logged in when the node starts again.
 */
import { KithError } from '../kith.ts'
import { readPageFile, writePageFile, type PageFile } from './page-file.ts'
import { hashOf, hashOfSession, newSecret, type SessionSecrets } from './secrets.ts'

/** Links that wait for a browser; the oldest gives way. A user opens one after the other. */
export const MAX_LINKS = 8
/** Long enough to copy it, and short for one that somebody else finds in a terminal's scrollback. */
export const LINK_LIFETIME_MS = 10 * 60_000
/** Browsers that are logged in; the one that was used longest ago gives way. A user has few. */
export const MAX_SESSIONS = 32
/** Since it was used last. */
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000
/** How exactly it is known when a session was used: the file is not written for every call. */
const USED_WITHIN_MS = 3_600_000

export class PageSessions {
  readonly #dataDir: string
  readonly #nowMs: () => number
  readonly #file: PageFile
  /** Hashes of secrets, with when they expire; oldest first. */
  readonly #links = new Map<string, number>()

  readonly #listeners = new Set<() => void>()

  constructor(dataDir: string, nowMs: () => number = Date.now) {
    this.#dataDir = dataDir
    this.#nowMs = nowMs
    this.#file = readPageFile(dataDir)
  }

  /** Calls back when sessions have ended. */
  onEnded(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Where the page was served last. */
  get port(): number | undefined {
    return this.#file.port
  }

  /** Notes where the page is served, so that the next start tries the same. Throws a KithError `disk-full`. */
  notePort(port: number): void {
    if (port === this.#file.port) return
    this.#file.port = port
    this.#save()
  }

  /** The secret of a new link. */
  makeLink(): { secret: string; expiresMs: number } {
    const [oldest] = this.#links.keys()
    if (this.#links.size >= MAX_LINKS && oldest !== undefined) this.#links.delete(oldest)
    const secret = newSecret()
    const expiresMs = this.#nowMs() + LINK_LIFETIME_MS
    this.#links.set(hashOf(secret), expiresMs)
    return { secret, expiresMs }
  }

  /** Uses a link up; undefined if it was used, is too old, or never was one. Throws a KithError `disk-full`. */
  login(secret: string): SessionSecrets | undefined {
    const hash = hashOf(secret)
    const expiresMs = this.#links.get(hash)
    if (expiresMs === undefined) return undefined
    this.#links.delete(hash)
    if (expiresMs < this.#nowMs()) return undefined
    const session = { cookie: newSecret(), key: newSecret() }
    const others = this.#current().sort((a, b) => b.usedMs - a.usedMs)
    this.#file.sessions = [{ hash: hashOfSession(session), usedMs: this.#nowMs() }, ...others].slice(0, MAX_SESSIONS)
    this.#save()
    return session
  }

  /** Whether a browser is logged in. */
  has(secrets: SessionSecrets): boolean {
    const session = this.#find(secrets)
    if (session === undefined) return false
    const nowMs = this.#nowMs()
    if (nowMs - session.usedMs < USED_WITHIN_MS) return true
    session.usedMs = nowMs
    try {
      this.#save()
    } catch (error) {
      // It is still known until the next start, and who frees space may do so by this page.
      if (!(error instanceof KithError)) throw error
    }
    return true
  }

  /** The same, without noting that it is used. */
  isKnown(secrets: SessionSecrets): boolean {
    return this.#find(secrets) !== undefined
  }

  /** Ends a session. Throws a KithError `disk-full`. */
  logout(secrets: SessionSecrets): void {
    const hash = hashOfSession(secrets)
    this.#end(this.#file.sessions.filter((known) => known.hash !== hash))
  }

  /** Ends all sessions, and all links. Throws a KithError `disk-full`. */
  logoutAll(): void {
    this.#links.clear()
    this.#end([])
  }

  /** Leaves these, also where that cannot be kept beyond the next start. */
  #end(left: PageFile['sessions']): void {
    this.#file.sessions = left
    for (const listener of this.#listeners) listener()
    this.#save()
  }

  #find(secrets: SessionSecrets): PageFile['sessions'][number] | undefined {
    const hash = hashOfSession(secrets)
    return this.#current().find((known) => known.hash === hash)
  }

  #current(): PageFile['sessions'] {
    const nowMs = this.#nowMs()
    return this.#file.sessions.filter(({ usedMs }) => nowMs - usedMs < SESSION_LIFETIME_MS)
  }

  #save(): void {
    writePageFile(this.#dataDir, this.#file)
  }
}
