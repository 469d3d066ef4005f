/** Real `kith` nodes on the hosts of a LAN, controlled by commands. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Message, NodeStatus, PeerInfo, RoomDetails } from '../../src/kith.ts'
import type { Lan } from './lan.ts'

const KITH = join(import.meta.dirname, '../../bin/kith.js')

/** For everything without a promised bound; waiting ends as soon as the condition holds. */
const DEADLINE_MS = 20_000
const POLL_MS = 50

export class LanNodes {
  readonly #lan: Lan
  readonly #folder = mkdtempSync(join(tmpdir(), 'kith-lan-'))

  constructor(lan: Lan) {
    this.#lan = lan
  }

  /** Starts the node of a host; resolves once it answers. */
  async start(host: number): Promise<void> {
    const node = this.#spawn(host, 'start', '--name', `host${host}`)
    node.stdout.resume()
    node.stderr.pipe(process.stderr)
    await until(`host ${host} runs`, () =>
      this.kith<NodeStatus>(host, 'status').then(
        () => true,
        () => false,
      ),
    )
  }

  /** Runs a command on a host; resolves with the one JSON value it printed. Throws an Error with its stderr if it fails. */
  async kith<Value>(host: number, ...words: string[]): Promise<Value> {
    const [value] = await this.#kithLines<Value>(host, ...words)
    if (value === undefined) throw new Error(`kith ${words.join(' ')} on host ${host} printed nothing`)
    return value
  }

  /** The messages of a room, in its order. */
  async texts(host: number, room: string): Promise<string[]> {
    return (await this.#kithLines<Message>(host, 'read', room)).map((message) => message.text)
  }

  /** How many peers a host is connected to. */
  async connections(host: number): Promise<number> {
    return (await this.kith<PeerInfo[]>(host, 'peers')).filter((peer) => peer.connected).length
  }

  /** Waits until these hosts have that many messages, the same newest documents and the same state; returns the messages. */
  async agreedTexts(hosts: readonly number[], room: string, count: number): Promise<string[]> {
    let views: string[] = []
    const agree = async (): Promise<boolean> => {
      views = await Promise.all(hosts.map((host) => this.#view(host, room)))
      return views.every((view) => view === views[0]) && textsOf(views[0]).length === count
    }
    await until(`hosts ${hosts.join(', ')} agree on ${count} messages`, agree).catch((error: unknown) => {
      throw new Error(`they have\n${views.join('\n')}`, { cause: error })
    })
    return textsOf(views[0])
  }

  async #view(host: number, room: string): Promise<string> {
    const { frontier, stateHash, pending } = await this.kith<RoomDetails>(host, 'room', 'show', room)
    return JSON.stringify({ texts: await this.texts(host, room), frontier: frontier.toSorted(), stateHash, pending })
  }

  /** Removes the nodes' data; call it once the LAN is gone. */
  removeData(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #spawn(host: number, ...words: string[]) {
    return this.#lan.spawn(host, process.execPath, [
      KITH,
      '--json',
      '--data',
      join(this.#folder, String(host)),
      ...words,
    ])
  }

  async #kithLines<Line>(host: number, ...words: string[]): Promise<Line[]> {
    const child = this.#spawn(host, ...words)
    const [stdout, stderr, [code]] = await Promise.all([
      child.stdout.setEncoding('utf8').toArray() as Promise<string[]>,
      child.stderr.setEncoding('utf8').toArray() as Promise<string[]>,
      once(child, 'close') as Promise<[number | null]>,
    ])
    if (code !== 0) throw new Error(`kith ${words.join(' ')} on host ${host} gave ${code}: ${stderr.join('')}`)
    const lines = stdout.join('').split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line)
  }
}

function textsOf(view = '{"texts":[]}'): string[] {
  return (JSON.parse(view) as { texts: string[] }).texts
}

/** Polls until the answer is yes. Throws an Error naming `what` if that takes longer than the deadline. */
export async function until(what: string, answer: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS
  while (!(await answer())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`)
    await delay(POLL_MS)
  }
}
