/** The ring of real nodes on a LAN that splits in two and is whole again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RingPlace, RingPut, RingSize, RingStatus } from '../../src/kith.ts'
import { Lan } from './lan.ts'
import { LanNodes, until } from './lan-nodes.ts'
import { reasonForNoLan } from './namespaces.ts'

const HOSTS = [1, 2, 3, 4, 5, 6]
const SIDES = [
  [1, 2, 3],
  [4, 5, 6],
] as const
const ITEMS_BEFORE = 6
const ITEMS_PER_SIDE = 3

const reason = reasonForNoLan()

describe.skipIf(reason !== undefined)(`the ring on a LAN${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let lan: Lan
  let nodes: LanNodes
  const folder = mkdtempSync(join(tmpdir(), 'kith-lan-ring-'))

  afterEach(() => {
    lan.destroy()
    nodes.removeData()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Puts a text; returns its key. */
  async function put(host: number, text: string, ...options: string[]): Promise<string> {
    const file = join(folder, `from ${host}`)
    writeFileSync(file, text)
    return (await nodes.kith<RingPut>(host, 'ring', 'put', file, ...options)).key
  }

  async function get(host: number, key: string): Promise<string> {
    const { value } = await nodes.kith<{ value: string }>(host, 'ring', 'get', key)
    return Buffer.from(value, 'base64').toString()
  }

  /** Waits until each of some hosts is in one ring with all others of them, and with nobody else. */
  async function areOneRing(hosts: readonly number[]): Promise<void> {
    for (const host of hosts) {
      await until(`host ${host} is in a ring of ${hosts.length}`, async () => {
        const { connected } = await nodes.kith<RingStatus>(host, 'ring')
        const { nodes: counted } = await nodes.kith<RingSize>(host, 'size')
        return connected === hosts.length - 1 && counted?.standardError === 0 && counted.count === hosts.length
      })
    }
  }

  const isHeldEverywhere = async (host: number, key: string): Promise<boolean> =>
    (await nodes.kith<RingPlace[]>(host, 'ring', 'where', key)).every(({ holds }) => holds)

  it('becomes two rings and one again: no item is lost, and the newest version of a named one counts', async () => {
    lan = new Lan({ hosts: HOSTS.length })
    nodes = new LanNodes(lan)
    // One after the other: commands that wait for six nodes at once keep these from starting.
    for (const host of HOSTS) await nodes.start(host)
    await areOneRing(HOSTS)
    const texts = new Map<string, string>()
    const putMany = async (host: number, when: string, count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        const text = `item ${index} of host ${host}, ${when}`
        texts.set(await put(host, text), text)
      }
    }
    await putMany(2, 'before the split', ITEMS_BEFORE)
    const name = await put(1, 'first version', '--name', 'notes')
    expect(await get(6, name)).toBe('first version')

    lan.split([[...SIDES[0]]])
    await Promise.all(SIDES.map(areOneRing))
    for (const [host] of SIDES) await putMany(host, 'during the split', ITEMS_PER_SIDE)
    expect(await put(1, 'second version', '--name', 'notes')).toBe(name)
    expect(await get(3, name)).toBe('second version')
    expect(await get(6, name)).toBe('first version')
    expect([...texts]).toHaveLength(ITEMS_BEFORE + SIDES.length * ITEMS_PER_SIDE)

    lan.heal()
    await areOneRing(HOSTS)
    for (const key of texts.keys()) await until(`${key} is at all places`, () => isHeldEverywhere(4, key))
    for (const [key, text] of texts) for (const [host] of SIDES) expect(await get(host, key)).toBe(text)
    await until('host 6 has the newest version', async () => (await get(6, name)) === 'second version')
    await until('it is at all places', () => isHeldEverywhere(5, name))
    expect(await get(5, name)).toBe('second version')
  })
})
