/**
 * Prints what a node tells, from when it was created on: what happens before its start is announced is held until then,
 * in order, as nothing tells it again.
 */
import { subscribeEvents } from '../api/records.ts'
import type { EventRecord } from '../api/event-record.ts'
import type { KithNode } from '../kith.ts'
import { eventLine } from './event-lines.ts'
import { MAX_UNREAD_BYTES, type Output } from './terminal.ts'
import { clockTime, counted, jsonLine } from './text.ts'

export class NodeFeed {
  /** What had been found when the node was created. What is found later is told as an event. */
  readonly findings: readonly string[]
  readonly #node: KithNode
  readonly #output: Output
  readonly #statuses: Map<string, string>
  readonly #unsubscribe: () => void
  /** Undefined once they may be printed. */
  #held: string[] | undefined = []
  #heldBytes = 0
  #missed = 0

  constructor(node: KithNode, output: Output) {
    this.#node = node
    this.#output = output
    this.findings = node.status().findings
    this.#statuses = new Map(node.rooms.list().map(({ id, status }) => [id, status]))
    this.#unsubscribe = subscribeEvents(node, (record) => this.#take(record))
  }

  /** Prints what is held, and from now on prints everything at once. */
  begin(): void {
    const held = this.#held ?? []
    this.#held = undefined
    if (held.length > 0) this.#output.lines(...held)
    this.#tellMissed()
  }

  end(): void {
    this.#unsubscribe()
  }

  #take(record: EventRecord): void {
    const line = this.#lineOf(record)
    if (line === undefined) return
    if (this.#held !== undefined) this.#hold(line)
    else if (this.#output.isStuck) this.#missed++
    else {
      this.#tellMissed()
      this.#output.lines(line)
    }
  }

  /** As much as may wait for a reader, and what comes then is counted. */
  #hold(line: string): void {
    this.#heldBytes += line.length
    if (this.#heldBytes > MAX_UNREAD_BYTES) this.#missed++
    else this.#held?.push(line)
  }

  /** How much was dropped while nobody could read it. */
  #tellMissed(): void {
    const missed = this.#missed
    if (missed === 0) return
    this.#missed = 0
    this.#output.lines(
      this.#output.json ? jsonLine({ event: 'missed', missed }) : `(${counted(missed, 'line')} omitted)`,
    )
  }

  #lineOf(record: EventRecord): string | undefined {
    if (this.#output.json) return jsonLine(record)
    // Rooms also emit an event for every change of their neighbours.
    if (record.event === 'room' && this.#statuses.get(record.room.id) === record.room.status) return undefined
    if (record.event === 'room') this.#statuses.set(record.room.id, record.room.status)
    const line = eventLine(record, this.#node)
    return line && `${this.#output.style('dim', clockTime(Date.now(), Date.now()))}  ${line}`
  }
}
