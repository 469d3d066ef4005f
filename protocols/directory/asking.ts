/** Asks holders, and waits for their answers for as long as that is worth it. What this node holds itself answers at once. */
import { encodeFrames } from './codec.ts'
import type { PeerId, TopicKey } from '../wire/ids.ts'
import { ANSWER_MS, TAKEN_MS } from './constants.ts'
import type { DirectoryEffects } from './ports.ts'
import type { DirectoryRecordOnWire, LookRecord, PutRecord, SeenRecord, TakenRecord } from './records.ts'

export type Question = Omit<LookRecord, 'serial'> | Omit<PutRecord, 'serial'>
type AnswerTo<Q extends Question> = Q extends { type: 'look' } ? SeenRecord : TakenRecord

/** What a conversation took. */
export interface Spent {
  rounds: number
  bytes: number
  peers: Set<PeerId>
}

interface Awaited {
  peer: PeerId
  topic: TopicKey
  type: 'seen' | 'taken'
  done: (answer: SeenRecord | TakenRecord | undefined) => void
  spent: Spent | undefined
}

export interface AskingInit {
  self: PeerId
  effects: DirectoryEffects
  /** What this node says itself. */
  answer(question: Question & { serial: number }): SeenRecord | TakenRecord
}

/** Questions to peers, by their serials. */
export class Asking {
  readonly #init: AskingInit
  readonly #awaited = new Map<number, Awaited>()
  #serial = 0

  constructor(init: AskingInit) {
    this.#init = init
  }

  /** Asks several at once, each its own; `done` once all have answered, or will not. */
  askAll<Q extends Question>(
    questions: readonly (readonly [PeerId, Q])[],
    done: (answers: { peer: PeerId; answer: AnswerTo<Q> }[]) => void,
    spent?: Spent,
  ): void {
    const answers: { peer: PeerId; answer: AnswerTo<Q> }[] = []
    let open = questions.length
    const { self, effects } = this.#init
    if (spent !== undefined && questions.some(([peer]) => peer !== self)) spent.rounds++
    if (open === 0) return done(answers)
    for (const [peer, question] of questions) {
      const serial = ++this.#serial
      const took = (answer: SeenRecord | TakenRecord | undefined): void => {
        if (answer !== undefined) answers.push({ peer, answer: answer as AnswerTo<Q> })
        if (--open === 0) done(answers)
      }
      const record = { ...question, serial } as (Q & { serial: number }) & DirectoryRecordOnWire
      if (peer === self) {
        took(this.#init.answer(record as Question & { serial: number }))
        continue
      }
      const type = question.type === 'look' ? 'seen' : 'taken'
      this.#awaited.set(serial, { peer, topic: question.topic, type, done: took, spent })
      if (spent !== undefined) spent.bytes += sizeOf(record)
      effects.send(peer, record)
      effects.setTimer({ type: 'expired', serial }, question.type === 'look' ? ANSWER_MS : TAKEN_MS)
    }
  }

  /** Returns false if nobody waits for it. */
  answered(from: PeerId, answer: SeenRecord | TakenRecord): boolean {
    const awaited = this.#awaited.get(answer.serial)
    if (awaited?.peer !== from || awaited.type !== answer.type) return false
    this.#awaited.delete(answer.serial)
    if (awaited.spent !== undefined) {
      awaited.spent.bytes += sizeOf(answer)
      awaited.spent.peers.add(from)
    }
    awaited.done(answer)
    return true
  }

  expired(serial: number): void {
    const awaited = this.#awaited.get(serial)
    this.#awaited.delete(serial)
    awaited?.done(undefined)
  }

  /** A directory is closed: what was asked about it is worth nothing any more, and nothing follows from it. */
  close(topic: TopicKey): void {
    for (const [serial, awaited] of this.#awaited) if (awaited.topic === topic) this.#awaited.delete(serial)
  }

  /** A peer is gone, and answers nothing more. */
  left(peer: PeerId): void {
    for (const [serial, awaited] of this.#awaited) if (awaited.peer === peer) this.expired(serial)
  }
}

function sizeOf(record: DirectoryRecordOnWire): number {
  return encodeFrames([record]).reduce((sum, frame) => sum + frame.length, 0)
}
