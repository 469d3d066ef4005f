/** Joining by state: interrupted at every stage, with liars, and with members that vouch for different checkpoints. */
import { describe, expect, test } from 'vitest'
import { stateBlocks } from '../../src/room/checkpoint.ts'
import { CRASH_KINDS } from '../../src/simulate/simulated-node.ts'
import { CheckpointNetwork, NO_BLOCKS } from './checkpoint-network.ts'

const DOWN_MS = 30_000

/** How far a newcomer has come. */
const stages: Record<string, (net: CheckpointNetwork) => boolean> = {
  'nothing is heard yet': () => true,
  'the checkpoint is asked for': (net) => net.isAsked && !net.roomOf(net.newcomer).isBeginning,
  'the checkpoint is pending': (net) => net.roomOf(net.newcomer).isBeginning && net.stateBlocksHere() === 0,
  'a part of the state is here': (net) => net.stateBlocksHere() > 1,
  'the state is here': (net) => net.roomOf(net.newcomer).isPreview,
  'the user is told that the state is here': (net) => net.newcomer.joined === 1,
  'a part of the history is here': (net) => {
    const { graph, isPreview } = net.roomOf(net.newcomer)
    const documents = graph.pendingCount + net.newcomer.store.totals(net.room).documents
    return isPreview && documents > net.owner.store.totals(net.room).documents / 4
  },
}

/** What happens then, until it ends `DOWN_MS` later. */
const interruptions: Record<string, (net: CheckpointNetwork) => () => void> = {
  ...Object.fromEntries(
    CRASH_KINDS.map((kind) => [
      `a ${kind}`,
      ({ network, newcomer, room }: CheckpointNetwork) => {
        network.crash(newcomer, kind)
        return () => {
          network.start(newcomer)
          // A power cut may have undone it.
          newcomer.command({ type: 'join', room })
        }
      },
    ]),
  ),
  'one that had it leaving': ({ network, owner }) => {
    network.crash(owner)
    return () => network.start(owner)
  },
  'all others leaving': ({ network, newcomer }) => {
    network.connectWhere((a, b) => a !== newcomer && b !== newcomer)
    return () => network.connectWhere(() => true)
  },
}

describe.each(Object.keys(stages))('a join of which %s', (stage) => {
  test.each(Object.keys(interruptions))('goes on after %s', (interruption) => {
    const net = new CheckpointNetwork(3)
    net.begin()
    expect(net.runUntil(() => stages[stage]?.(net) === true)).toBe(true)
    const end = interruptions[interruption]?.(net)
    net.network.runFor(DOWN_MS)
    end?.()
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
    expect(net.roomOf(net.newcomer).vouchedCheckpoint).toBe(net.vouchedBy(net.owner))
  })
})

describe('a newcomer', () => {
  test('is told once that the state is here, long before the history', () => {
    const net = new CheckpointNetwork(3)
    net.begin()
    expect(net.runUntil(() => net.newcomer.joined === 1)).toBe(true)
    expect(net.roomOf(net.newcomer).isPreview).toBe(true)
    expect(net.newcomer.store.totals(net.room).documents).toBe(1)
    expect(net.rest()).toBe(true)
    expect(net.newcomer.joined).toBe(1)
    expect(net.violations()).toEqual([])
  })

  test('has the history before the state: it gives that to others, and asks nobody for it any longer', () => {
    const net = new CheckpointNetwork(3)
    const { room, newcomer } = net
    net.begin()
    expect(net.runUntil(() => net.roomOf(newcomer).isBeginning)).toBe(true)
    net.network.faults = NO_BLOCKS
    expect(net.runUntil(() => net.roomOf(newcomer).vouchedCheckpoint !== undefined)).toBe(true)
    expect(net.roomOf(newcomer).isPreview).toBe(false)
    net.network.connectWhere(() => false)
    expect(net.rest()).toBe(true)
    expect(newcomer.store.ensuredRows({ room }).map(({ state }) => state)).toEqual(['complete'])
    net.network.connectWhere(() => true)
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
  })

  test('begins with a checkpoint while its room is written to', () => {
    const net = new CheckpointNetwork(3)
    net.begin()
    for (let i = 0; i < 400; i++) {
      net.write(net.members[i % 3]!)
      net.network.runFor(5)
    }
    expect(net.runUntil(() => net.newcomer.joined === 1)).toBe(true)
    expect(net.roomOf(net.newcomer).isPreview).toBe(true)
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
  })

  test('begins with one of the checkpoints that members vouch for, whoever is behind', () => {
    const net = new CheckpointNetwork(4)
    const { network, members } = net
    const [owner, second, third, fourth] = members as [
      ...[(typeof members)[0], (typeof members)[0], (typeof members)[0], (typeof members)[0]],
    ]
    // Each hears less than the one before.
    for (const apart of [fourth, third, second]) {
      network.connectWhere((a, b) => (a === owner || members.indexOf(a) < members.indexOf(apart)) && b !== apart)
      for (let i = 0; i < 30; i++) net.write(owner)
      net.rest()
    }
    const vouched = members.map((node) => net.vouchedBy(node))
    expect(new Set(vouched).size).toBeGreaterThan(1)
    network.connectWhere((a, b) => a === net.newcomer || b === net.newcomer)
    net.begin()
    expect(net.runUntil(() => net.newcomer.joined === 1)).toBe(true)
    network.connectWhere(() => true)
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
  })
})

describe('a newcomer among members that keep different parts of the history', () => {
  /** The owner keeps all; the others have dropped what is before two different checkpoints. */
  function unequal() {
    const net = new CheckpointNetwork(3)
    const { network, members, room } = net
    const [, much, little] = members
    const drop = (node: (typeof members)[number], documents: number): void => {
      node.command({ type: 'retain', room, retention: { documents } })
      node.trim(room)
      net.rest()
    }
    drop(much!, 40)
    drop(little!, 10)
    const baseOf = (node: (typeof members)[number]) => net.roomOf(node).record.base?.position.clock
    expect(baseOf(little!)).toBeGreaterThan(baseOf(much!)!)
    return { net, network, newcomer: net.newcomer, owner: net.owner }
  }

  test('has all in the end', () => {
    const { net } = unequal()
    net.begin()
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
    expect(net.newcomer.store.documents(net.room, { limit: Infinity })).toHaveLength(
      net.owner.store.totals(net.room).documents,
    )
  })

  test.each(CRASH_KINDS)(
    'has the state while nobody is here who keeps all, and all then, whatever a %s takes',
    (kind) => {
      const { net, network, newcomer, owner } = unequal()
      network.crash(owner)
      net.begin()
      expect(net.runUntil(() => newcomer.joined === 1)).toBe(true)
      network.crash(newcomer, kind)
      network.runFor(DOWN_MS)
      net.enter(newcomer)
      network.runFor(10 * DOWN_MS)
      expect(net.roomOf(newcomer).isPreview).toBe(true)
      network.start(owner)
      expect(net.rest()).toBe(true)
      expect(net.violations()).toEqual([])
      expect(net.roomOf(newcomer).isPreview).toBe(false)
    },
  )
})

describe('a wrong checkpoint', () => {
  const noState = stateBlocks(new Uint8Array(50_000).fill(7))

  test('is no state, or larger than it says: nobody begins with it, and another is taken', () => {
    const longer = stateBlocks(new Uint8Array(2_000_000).fill(7))
    for (const [state, said] of [
      [noState, {}],
      [noState, { sizeBytes: 49_999 }],
      [longer, { sizeBytes: 1_000 }],
    ] as const) {
      const net = new CheckpointNetwork(3)
      const { network, newcomer, owner } = net
      net.lie(owner, state, said)
      network.connectWhere((a, b) => a !== newcomer && (b !== newcomer || a === owner))
      net.begin()
      const wrong = (): boolean => {
        const { checkpoint } = net.roomOf(newcomer).record
        return checkpoint !== undefined && network.wrongCheckpoints.has(checkpoint.position.id)
      }
      expect(net.runUntil(wrong)).toBe(true)
      expect(net.runUntil(() => !wrong())).toBe(true)
      expect(newcomer.joined).toBe(0)
      network.connectWhere(() => true)
      expect(net.runUntil(() => newcomer.joined === 1)).toBe(true)
      expect(wrong()).toBe(false)
      expect(net.rest()).toBe(true)
      net.owner.command({ type: 'release', room: net.room, id: state.root })
      expect(net.rest()).toBe(true)
      expect(net.violations()).toEqual([])
    }
  })

  test('is named with its author once the history is here, and what that leads to counts', () => {
    const net = new CheckpointNetwork(3)
    const other = stateBlocks(new CheckpointNetwork(1).roomOf(new CheckpointNetwork(1).owner).view.encode())
    net.lie(net.owner, other, {}, [...net.members])
    net.begin()
    expect(net.runUntil(() => net.newcomer.joined === 1)).toBe(true)
    expect(net.roomOf(net.newcomer).view.hash()).not.toBe(net.roomOf(net.owner).view.hash())
    expect(net.rest()).toBe(true)
    expect(net.network.refutedCheckpoints.filter(({ node }) => node === net.newcomer)).toHaveLength(1)
    net.owner.command({ type: 'release', room: net.room, id: other.root })
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
  })

  test('is believed of no member that alone vouches for it', () => {
    const net = new CheckpointNetwork(3)
    const [, liar] = net.members
    net.lie(liar!, noState)
    net.begin()
    expect(net.runUntil(() => net.roomOf(net.newcomer).isBeginning)).toBe(true)
    expect(net.network.wrongCheckpoints.has(net.roomOf(net.newcomer).record.checkpoint!.position.id)).toBe(false)
    liar!.command({ type: 'release', room: net.room, id: noState.root })
    expect(net.rest()).toBe(true)
    expect(net.violations()).toEqual([])
  })
})
