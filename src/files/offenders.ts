/** What of a tree cannot be added. All of it is said at once, so that nobody has to try again for each. */
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'

/** Offenders that a message lists: all of a usual tree, and some 30 kB of an error. */
export const MAX_LISTED = 200

/** Collects the errors of files and folders in a tree. */
export class Offenders {
  readonly #listed: KithError[] = []
  #count = 0
  #hasBadName = false

  /** Runs `work` and returns what it returns; undefined if it throws a KithError about a path or a name, which is kept. */
  async collect<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof KithError) || !['bad-path', 'bad-name'].includes(error.code)) throw error
      this.add(error)
      return undefined
    }
  }

  add(error: KithError): void {
    this.#count++
    this.#hasBadName ||= error.code === 'bad-name'
    if (this.#listed.length < MAX_LISTED) this.#listed.push(error)
  }

  /** Throws the only error, or a KithError `bad-name` (`bad-path` if no name is bad) that lists them. */
  check(path: string): void {
    const [first] = this.#listed
    if (first === undefined) return
    if (this.#count === 1) throw first
    const reasons = this.#listed.map(({ message }) => message)
    if (this.#count > MAX_LISTED) reasons.push(`and ${grouped(this.#count - MAX_LISTED)} more`)
    const message = `${path} cannot be added, for ${grouped(this.#count)} reasons`
    throw new KithError(this.#hasBadName ? 'bad-name' : 'bad-path', message, { reasons })
  }
}
