/** `kith doctor` names what keeps real nodes apart, as they are. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../src/kith.ts'
import { Lan } from './lan.ts'
import { LanNodes, until } from './lan-nodes.ts'
import { reasonForNoLan } from './namespaces.ts'

const reason = reasonForNoLan()

describe.skipIf(reason !== undefined)(`kith doctor${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let lan: Lan
  let nodes: LanNodes

  afterEach(() => {
    lan.destroy()
    nodes.removeData()
  })

  async function startOn(hosts: number): Promise<void> {
    lan = new Lan({ hosts })
    nodes = new LanNodes(lan)
  }

  /** Waits until a host finds something, and returns the sentence. */
  async function finds(host: number, code: string): Promise<string> {
    let found: string | undefined
    let diagnosis: Diagnosis | undefined
    await until(`host ${host} finds ${code}`, async () => {
      diagnosis = await nodes.kith<Diagnosis>(host, 'doctor')
      found = diagnosis.findings.find((finding) => finding.code === code)?.what
      return found !== undefined
    }).catch((error: unknown) => {
      throw new Error(JSON.stringify(diagnosis, null, 1), { cause: error })
    })
    return found ?? ''
  }

  const meet = (): Promise<void> =>
    until('they are connected', async () => (await nodes.connections(1)) === 1 && (await nodes.connections(2)) === 1)

  it('names ports that firewalls close: of both, who are heard and not reached, and of one, whom nobody can dial', async () => {
    await startOn(2)
    lan.filter(1)
    lan.filter(2)
    await Promise.all([nodes.start(1), nodes.start(2)])
    const [of1, of2] = await Promise.all([finds(1, 'unreached-no-answer'), finds(2, 'unreached-no-answer')])
    expect(of1).toContain('/ip4/10.77.0.2/tcp/')
    expect(of1).toContain('was heard on the local network and not reached')
    expect(of2).toContain('/ip4/10.77.0.1/tcp/')
    lan.heal(2)
    await meet()
    expect(await finds(1, 'port-closed')).toContain('cannot open a connection to port')
    expect(await finds(2, 'port-open')).toContain('can open connections to this node')
  })

  it('tells a network without multicast from one where nobody is', async () => {
    await startOn(2)
    lan.noMulticast(2)
    await Promise.all([nodes.start(1), nodes.start(2)])
    expect(await finds(1, 'multicast-unheard')).toContain('eth0 (10.77.0.1)')
    const { addresses } = await nodes.kith<{ addresses: string[] }>(2, 'id')
    const address = addresses.find((each) => each.includes('/10.77.0.2/')) ?? ''
    await nodes.kith(1, 'connect', address)
    await meet()
    expect(await finds(1, 'multicast-lost')).toContain('does not pass on multicast')
  })
})
