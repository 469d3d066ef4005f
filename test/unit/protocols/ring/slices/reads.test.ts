/** What a peer's slices make a node read is limited, whatever keys they come with. */
import { describe, expect, it } from 'vitest'
import {
  ALL_READ_BURST,
  ALL_READS_PER_SECOND,
  READ_BURST,
  READS_PER_SECOND,
  STEPS,
} from '../../../../../protocols/ring/slices/constants.ts'
import { SlicesMachine } from '../../../../../protocols/ring/slices/index.ts'
import type { SlicesRecord } from '../../../../../protocols/ring/slices/records.ts'
import type { PeerId } from '../../../../../protocols/wire/ids.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import { WHOLE } from './world.ts'

/** Ids that a slice makes the node read: always the same few, so that the test is quick. */
const IDS = 100 * STEPS

class Reader {
  readonly machine: SlicesMachine
  nowMs = 0
  faults: string[] = []

  constructor() {
    const ids = Array.from({ length: STEPS }, (_, index) => Uint8Array.from({ length: 32 }, () => index % 256))
    this.machine = new SlicesMachine({
      random: seededRandom(1),
      ports: {
        itemsIn: ({ from }, limit) => {
          const left = IDS - Number(from)
          return ids.slice(0, Math.min(limit, left)).map((id, index) => ({ id, place: from + BigInt(index) }))
        },
        packed: () => undefined,
        read: () => undefined,
        isWelcome: () => false,
        isFor: () => true,
      },
    })
  }

  /** Opens a slice with a new key. Returns what the node answers. */
  open(peer: string, nonce: number): SlicesRecord | undefined {
    const from = peer as PeerId
    const record: SlicesRecord = {
      ...{
        type: 'open',
        slice: 1,
        part: WHOLE,
        nonce: new Uint8Array(16).fill(nonce),
        answererNonce: new Uint8Array(),
      },
      end: 8,
    }
    let effects = this.machine.handle({ type: 'records', from, records: [record] }, this.nowMs)
    for (;;) {
      this.faults.push(...effects.flatMap((effect) => (effect.type === 'misbehaviour' ? effect.reason.code : [])))
      const sent = effects.find((effect) => effect.type === 'send')
      if (sent !== undefined) return sent.record
      effects = this.machine.handle({ type: 'timer', timer: { type: 'work', peer: from } }, this.nowMs)
    }
  }
}

describe('ids read', () => {
  it('for one peer are limited, and it has its turn again later', () => {
    const reader = new Reader()
    const most = Math.ceil(READ_BURST / IDS)
    for (let i = 0; i < most; i++) expect(reader.open('peer', i)?.type).toBe('symbols')
    expect(reader.open('peer', most)).toMatchObject({ type: 'end', isRefused: true })
    expect(reader.faults).toEqual(['slice-flood'])
    expect(reader.open('another', 0)?.type).toBe('symbols')
    reader.nowMs += (1_000 * IDS) / READS_PER_SECOND
    expect(reader.open('peer', most)?.type).toBe('symbols')
  })

  it('for all peers together are limited', () => {
    const reader = new Reader()
    const most = Math.ceil(ALL_READ_BURST / IDS)
    for (let i = 0; i < most; i++) {
      const peer = `peer ${i}`
      expect(reader.open(peer, i)?.type).toBe('symbols')
      reader.machine.handle({ type: 'peer-down', peer: peer as PeerId }, 0)
    }
    expect(reader.open('yet another', 0)).toMatchObject({ type: 'end', isRefused: true })
    reader.nowMs += (1_000 * IDS) / ALL_READS_PER_SECOND
    expect(reader.open('yet another', 0)?.type).toBe('symbols')
  })
})
