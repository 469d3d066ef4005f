/** The test LAN itself: hosts reach one another, and each fault does what its name says. */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Lan } from './lan.ts'
import { reasonForNoLan, run } from './namespaces.ts'

const PORT = 4001

/** Accepts connections and echoes what arrives; says when it listens. */
const ECHO_SERVER = `require('net').createServer(s => s.pipe(s)).listen(${PORT}, () => console.log('listening'))`
/** Sends a byte and exits with 0 once it has come back, with 1 on an error or after argv[2] ms. */
const ECHO_CLIENT = `
  const [address, timeoutMs] = process.argv.slice(1)
  const socket = require('net').connect(${PORT}, address, () => socket.write('x'))
  socket.once('data', () => process.exit(0)).once('error', () => process.exit(1))
  setTimeout(() => process.exit(1), Number(timeoutMs))`
/** Joins the mDNS group and exits with 0 on the first datagram, with 1 after argv[1] ms; says when it listens. */
const MULTICAST_LISTENER = `
  const socket = require('dgram').createSocket({ type: 'udp4', reuseAddr: true })
  socket.once('message', () => process.exit(0))
  socket.bind(5353, () => { socket.addMembership('224.0.0.251'); console.log('listening') })
  setTimeout(() => process.exit(1), Number(process.argv[1]))`
const MULTICAST_SENDER = `
  const socket = require('dgram').createSocket('udp4')
  socket.send('x', 5353, '224.0.0.251', () => process.exit(0))`

/** Counts datagrams until one marks the end, and prints the count; says when it listens. */
const DATAGRAM_COUNTER = `
  let count = 0
  const socket = require('dgram').createSocket('udp4')
  socket.on('message', text => { if (String(text) === 'end') { console.log(count); process.exit(0) } else count++ })
  socket.bind(${PORT}, () => console.log('listening'))`
/** Sends argv[2] datagrams to argv[1], then enough end marks that one arrives. */
const DATAGRAM_SENDER = `
  const [address, count] = process.argv.slice(1)
  const socket = require('dgram').createSocket('udp4')
  const send = text => new Promise(done => socket.send(text, ${PORT}, address, done))
  void (async () => {
    for (let i = 0; i < Number(count); i++) await send('x')
    for (let i = 0; i < 40; i++) await send('end')
    process.exit(0)
  })()`
const DATAGRAMS = 400

/** Long enough for a reply on an idle or busy machine; waiting ends as soon as it arrives. */
const REPLY_MS = 10_000
/** How long to wait for what must not arrive. */
const SILENCE_MS = 1_000

const reason = reasonForNoLan()

describe.skipIf(reason !== undefined)(`LAN${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let lan: Lan

  afterEach(() => {
    lan.destroy()
  })

  /** Starts a script on a host. */
  function script(host: number, code: string, ...args: string[]): ChildProcessWithoutNullStreams {
    return lan.spawn(host, process.execPath, ['-e', code, ...args])
  }

  async function succeeds(child: ChildProcessWithoutNullStreams): Promise<boolean> {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code === 0
  }

  async function serve(...hosts: number[]): Promise<void> {
    await Promise.all(hosts.map((host) => once(script(host, ECHO_SERVER).stdout, 'data')))
  }

  const reaches = (from: number, to: number, network = 0): Promise<boolean> =>
    succeeds(script(from, ECHO_CLIENT, lan.address(to, network), String(REPLY_MS)))
  const isCutFrom = async (from: number, to: number): Promise<boolean> =>
    !(await succeeds(script(from, ECHO_CLIENT, lan.address(to), String(SILENCE_MS))))

  async function hearsMulticast(listener: number, sender: number, timeoutMs: number): Promise<boolean> {
    const child = script(listener, MULTICAST_LISTENER, String(timeoutMs))
    await once(child.stdout, 'data')
    const heard = succeeds(child)
    await succeeds(script(sender, MULTICAST_SENDER))
    return heard
  }

  it('connects all hosts on every network, and lets multicast through', async () => {
    lan = new Lan({ hosts: 3, networks: 2 })
    await serve(1, 3)
    expect(await reaches(2, 1)).toBe(true)
    expect(await reaches(1, 3, 1)).toBe(true)
    expect(await hearsMulticast(1, 2, REPLY_MS)).toBe(true)
  })

  it('cuts a host off on all its networks, and heals it', async () => {
    lan = new Lan({ hosts: 3, networks: 2 })
    await serve(1, 3)
    lan.cut(1)
    expect(await isCutFrom(2, 1)).toBe(true)
    expect(await reaches(2, 3)).toBe(true)
    lan.heal(1)
    expect(await reaches(2, 1)).toBe(true)
    expect(await reaches(2, 1, 1)).toBe(true)
  })

  it('filters what opens connections to a host, not those that it opens', async () => {
    lan = new Lan({ hosts: 2 })
    await serve(1, 2)
    lan.filter(1)
    expect(await isCutFrom(2, 1)).toBe(true)
    expect(await reaches(1, 2)).toBe(true)
    lan.heal(1)
    expect(await reaches(2, 1)).toBe(true)
  })

  it('unplugs a host so that it loses its carrier, and plugs it in again', async () => {
    lan = new Lan({ hosts: 2 })
    await serve(1)
    lan.unplug(1)
    const link = lan.spawn(1, 'ip', ['link', 'show', 'eth0'])
    const [shown] = (await once(link.stdout, 'data')) as [Buffer]
    expect(shown.toString()).toContain('NO-CARRIER')
    expect(await isCutFrom(2, 1)).toBe(true)
    lan.heal()
    expect(await reaches(2, 1)).toBe(true)
  })

  it('splits the hosts into groups, and heals that', async () => {
    lan = new Lan({ hosts: 4 })
    await serve(1, 3)
    lan.split([[1, 2]])
    expect(await reaches(2, 1)).toBe(true)
    expect(await reaches(4, 3)).toBe(true)
    expect(await isCutFrom(4, 1)).toBe(true)
    expect(await isCutFrom(2, 3)).toBe(true)
    lan.heal()
    expect(await reaches(4, 1)).toBe(true)
  })

  it('loses about the requested share of frames', async () => {
    lan = new Lan({ hosts: 2 })
    await serve(1)
    expect(await reaches(2, 1)).toBe(true)
    lan.loss(1, 50)
    const counter = script(1, DATAGRAM_COUNTER)
    await once(counter.stdout, 'data')
    const counted = once(counter.stdout, 'data')
    await succeeds(script(2, DATAGRAM_SENDER, lan.address(1), String(DATAGRAMS)))
    const received = Number((await counted)[0])
    // Eight standard deviations on either side of one half.
    expect(received).toBeGreaterThan(DATAGRAMS / 2 - 80)
    expect(received).toBeLessThan(DATAGRAMS / 2 + 80)
  })

  it('blocks multicast of a host, and nothing else', async () => {
    lan = new Lan({ hosts: 2 })
    await serve(1)
    lan.noMulticast(1)
    expect(await hearsMulticast(1, 2, SILENCE_MS)).toBe(false)
    expect(await reaches(2, 1)).toBe(true)
    lan.heal()
    expect(await hearsMulticast(1, 2, REPLY_MS)).toBe(true)
  })

  it('leaves no namespace and no process behind', async () => {
    lan = new Lan({ hosts: 2 })
    const server = script(1, ECHO_SERVER)
    await once(server.stdout, 'data')
    const ended = once(server, 'exit')
    lan.destroy()
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(run('ip', ['netns', 'list'])).not.toContain(`kith-lan-${process.pid}-`)
  })

  it.each(['process.exit(1)', `process.kill(process.pid, 'SIGKILL')`])(
    'is removed at the latest by the next one, when its owner ends by %s',
    async (ending) => {
      const code = `
        import { Lan } from '${join(import.meta.dirname, 'lan.ts')}'
        new Lan({ hosts: 1 }).spawn(1, 'sleep', ['1000'])
        console.log('made')
        ${ending}`
      const owner = spawn(process.execPath, ['--input-type=module', '-e', code])
      const [[said]] = (await Promise.all([once(owner.stdout, 'data'), once(owner, 'close')])) as [[Buffer], unknown]
      expect(said.toString()).toBe('made\n')
      lan = new Lan({ hosts: 1 })
      expect(run('ip', ['netns', 'list'])).not.toContain(`kith-lan-${owner.pid}-`)
    },
  )

  it('refuses a host that does not exist', () => {
    lan = new Lan({ hosts: 2 })
    expect(() => lan.cut(3)).toThrow('hosts are 1 to 2')
  })
})
