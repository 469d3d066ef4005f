/** Directories on a network of machines: what was put somewhere is found by its beginning from anywhere, and removed everywhere. */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { COPIES, LEFT_MS, MAX_NODE_RECORDS, MAX_ROUNDS, TAKEN_MS } from '../../../../protocols/directory/constants.ts'
import type { DirectoryNetwork } from '../../../../src/simulate/directory/directory-network.ts'
import { holdersOf } from '../../../../protocols/directory/holders.ts'
import { entry, memberOf, networkOf, OWNER, removal, ROOM, key } from './members.ts'

const WORDS = ['soup', 'tomato', 'bread', 'apple', 'anchovy', 'thé', 'Tomate', 'süß', 'rice', 'road', 'roast', 'zebra']

/** As many texts as asked for, unevenly spread, each once. */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const word = WORDS[(i * i) % WORDS.length] ?? ''
    return `${word}, ${WORDS[i % 7] ?? ''} ${i.toString(36)}`
  })
}

function allUnder(network: DirectoryNetwork, peer: PeerId, prefix: string, limit = 50): string[] {
  const found: string[] = []
  let after: string | undefined
  for (let page = 0; page < 1_000; page++) {
    const { entries, next, cost, isIncomplete } = network.find(peer, key(prefix), { after, limit })
    expect(cost.rounds).toBeLessThanOrEqual(MAX_ROUNDS)
    expect(isIncomplete).toBe(false)
    found.push(...entries.map(({ text }) => text))
    if (next === undefined) return found
    after = next
  }
  throw new Error('there is no end')
}

const sorted = (all: readonly string[], prefix: string): string[] =>
  all.filter((text) => key(text).startsWith(key(prefix))).sort((a, b) => (key(a) < key(b) ? -1 : 1))

describe('a directory on a network', () => {
  it('finds what was put, from a node that holds nothing of it', () => {
    const { network, peers } = networkOf(8)
    const all = texts(900)
    const authors = Array.from({ length: 40 }, (_, i) => memberOf(`author ${i}`))
    all.forEach((text, i) => {
      const placed = network.place(peers[i % 3]!, [entry(text, authors[i % authors.length]!)])
      expect(placed).toMatchObject({ copies: COPIES, refused: 0 })
    })
    network.settle()
    for (const prefix of ['s', 'soup', 'Süss, ', 'to', 'tomat', 'r', 'ro', 'roast, b', 'q', 'zebra, thé 9']) {
      expect(allUnder(network, peers[7]!, prefix)).toEqual(sorted(all, prefix))
    }
    const held = peers.map((peer) => network.storeOf(peer).size)
    expect(Math.max(...held)).toBeLessThan(0.9 * all.length)
    expect(network.faults).toEqual([])
  })

  it('finds all that many wrote at once, in whatever order it came to each holder', () => {
    const { network, peers } = networkOf(7)
    const all = texts(1_000)
    const authors = Array.from({ length: 40 }, (_, i) => memberOf(`author ${i}`))
    const records = all.map((text, i) => entry(text, authors[i % 40]!))
    for (let start = 0; start < records.length; start += 250) {
      const parts = Array.from({ length: 25 }, (_, i) => {
        const part = records.slice(start, start + 250).filter((_record, j) => j % 25 === i)
        return [peers[i % 7]!, part] as const
      })
      for (const { copies, refused } of network.placeAtOnce(parts)) {
        expect(copies).toBeGreaterThan(0)
        expect(refused).toBe(0)
      }
    }
    for (const prefix of ['s', 'soup', 'tomat', 'r', 'roast, b']) {
      for (const peer of peers.slice(0, 3)) expect(allUnder(network, peer, prefix)).toEqual(sorted(all, prefix))
    }
  })

  it('shows what replaces an entry, and not what its author or an admin removed', () => {
    const { network, peers } = networkOf(3)
    const [anna, ben] = [memberOf('anna'), memberOf('ben')]
    network.place(peers[0]!, [entry('Soup', anna), entry('soup', ben), entry('salt', anna)])
    network.place(peers[1]!, [entry('SOUP!', anna, 2), entry('soup', anna, 3)])
    const found = () => allUnder(network, peers[2]!, 's')
    expect(found().toSorted()).toEqual(['SOUP!', 'salt', 'soup', 'soup'])
    network.place(peers[0]!, [removal('SOUP!', anna, anna.author, 4), removal('SOUP', OWNER, ben.author)])
    expect(found()).toEqual(['salt', 'soup'])
    // Somebody who may not.
    expect(network.place(peers[0]!, [removal('salt', ben, anna.author)])).toMatchObject({ refused: 1 })
    expect(found()).toEqual(['salt', 'soup'])
  })

  it('has little space for one author alone, and none once that one is removed', () => {
    const removed = new Set<PeerId>()
    const { network, peers } = networkOf(5, removed)
    const poisoner = memberOf('poisoner')
    network.place(peers[0]!, [entry('soup', memberOf('anna')), entry('zebra', memberOf('anna'))])
    for (let i = 0; i < 20; i++) {
      network.place(
        peers[1]!,
        Array.from({ length: 50 }, (_, j) => entry(`spam ${i} ${j}`, poisoner)),
      )
    }
    expect(allUnder(network, peers[4]!, 's').length).toBe(1 + 64)
    removed.add(poisoner.author)
    expect(allUnder(network, peers[4]!, 's')).toEqual(['soup'])
    network.revise()
    network.settle()
    for (const peer of peers) expect(network.storeOf(peer).authorRecords(undefined as never, poisoner.author)).toBe(0)
  })

  it('goes on when nodes leave, and gives newcomers their part', () => {
    const { network, peers } = networkOf(10)
    const all = texts(700)
    const authors = Array.from({ length: 30 }, (_, i) => memberOf(`author ${i}`))
    all.forEach((text, i) => network.place(peers[i % 10]!, [entry(text, authors[i % 30]!)]))
    network.settle()
    for (const gone of peers.slice(0, 7)) {
      network.remove(gone)
      network.settle()
    }
    const newcomer = memberOf('newcomer').author
    network.add(newcomer)
    network.settle()
    for (const prefix of ['s', 'soup', 't', 'r']) {
      expect(allUnder(network, newcomer, prefix)).toEqual(sorted(all, prefix))
      expect(allUnder(network, peers[8]!, prefix)).toEqual(sorted(all, prefix))
    }
  })

  it('says that there may be more if those are silent who have it, whatever others and the one who looks have', () => {
    const { network, peers } = networkOf(5)
    const { silent } = network
    network.place(peers[0]!, [entry('soup', OWNER), entry('salt', OWNER)])
    network.settle()
    const rootOf = (late: PeerId) => holdersOf(ROOM, '', [...peers, late])
    const late = Array.from({ length: 20 }, (_, i) => memberOf(`late ${i}`).author).find((each) =>
      rootOf(each).includes(each),
    )!
    network.add(late)
    // All that it has got so far.
    network.place(peers[0]!, [entry('sugar', OWNER)])
    for (const peer of holdersOf(ROOM, '', peers)) silent.add(peer)
    const found = () => {
      const { entries, isIncomplete } = network.find(late, key('s'), { limit: 9 })
      return { texts: entries.map(({ text }) => text), isIncomplete }
    }
    expect(found()).toEqual({ texts: ['sugar'], isIncomplete: true })
    silent.clear()
    expect(found()).toEqual({ texts: ['salt', 'soup', 'sugar'], isIncomplete: false })
  })

  it('keeps what a full node has no space for until somebody further down answers', () => {
    const { network, peers } = networkOf(12)
    const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
    const letter = letters.find((each) => {
      const below = holdersOf(ROOM, each, peers)
      return holdersOf(ROOM, '', peers).every((peer) => !below.includes(peer))
    })!
    for (const peer of holdersOf(ROOM, letter, peers)) network.silent.add(peer)
    const all = Array.from({ length: MAX_NODE_RECORDS + 1 }, (_, i) => `${letter}${i}`)
    const writer = peers.find((peer) => !network.silent.has(peer))!
    expect(
      network.place(
        writer,
        all.map((text) => entry(text, OWNER)),
      ),
    ).toMatchObject({ copies: 0, refused: 0 })
    // By now, the second holder has tried, too.
    network.settle(network.nowMs + LEFT_MS + TAKEN_MS)
    network.silent.clear()
    network.settle()
    expect(allUnder(network, peers[0]!, letter)).toEqual(sorted(all, letter))
  })
})
