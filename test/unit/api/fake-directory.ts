/** A directory in memory, in the form of the library. */
import { KithError, type Directory, type DirectoryEntry, type DirectoryPage } from '../../../src/kith.ts'

export class FakeDirectory implements Directory {
  /** In the order of their keys. */
  all: DirectoryEntry[] = []
  isIncomplete = false

  add(text: string, { link }: { link?: string } = {}): Promise<{ copies: number }> {
    const entry = { text, link: link ?? null, author: { peer: 'peer', name: 'Anna' }, atMs: 1_700_000_000_000 }
    this.all = [...this.all.filter((each) => each.text !== text), entry].sort((a, b) => (a.text < b.text ? -1 : 1))
    return Promise.resolve({ copies: 1 })
  }

  async addAll(entries: readonly { text: string }[]): Promise<{ copies: number }> {
    for (const { text } of entries) await this.add(text)
    return { copies: 1 }
  }

  find(prefix: string, { limit = 20, after = '' }: { limit?: number; after?: string } = {}): Promise<DirectoryPage> {
    const found = this.all.filter(({ text }) => text.startsWith(prefix) && text > after)
    const entries = found.slice(0, limit)
    const next = found.length > limit ? (entries.at(-1)?.text ?? null) : null
    return Promise.resolve({
      ...{ entries, next, isIncomplete: this.isIncomplete, cost: { rounds: 2, peers: 2, bytes: 1 } },
    })
  }

  remove(text: string): Promise<{ copies: number }> {
    if (!this.all.some((entry) => entry.text === text)) {
      return Promise.reject(new KithError('no-such-entry', `there is no entry '${text}'`))
    }
    this.all = this.all.filter((entry) => entry.text !== text)
    return Promise.resolve({ copies: 2 })
  }
}
