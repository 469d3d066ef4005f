/** What a node notes of the streams of a protocol. */
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { Backlog } from '../../../protocols/wire/backlog.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { ProtocolInit } from '../../../protocols/wire/handler.ts'
import { Inlet } from '../../../src/node/inlet.ts'
import { protocolInit } from '../../../src/node/node-host.ts'
import { PeerNames } from '../../../src/node/peer-names.ts'
import { ProtocolLinks } from '../../../src/node/protocol-links.ts'
import { PutAside } from '../../../src/node/put-aside.ts'
import { Refusals } from '../../../src/node/refusals.ts'
import { RecordedLogs } from '../host/logs.ts'

const NAME = 'room-state'
const bob = '12D3KooWBXu3uGPMkjjxViK6autSnFH5QaKJgTwW8CaSxYSD6yYL' as PeerId

let logs: RecordedLogs
let links: ProtocolLinks
let refusals: Refusals
let protocol: ProtocolInit<unknown>

beforeEach(() => {
  logs = new RecordedLogs()
  links = new ProtocolLinks({ [NAME]: `/kith/${NAME}/1.0.0` })
  refusals = new Refusals()
  const [inlet, backlog, putAside] = [new Inlet(), new Backlog(() => true), new PutAside([])]
  const names = new PeerNames()
  protocol = protocolInit({ inlet, names, refusals, links, putAside, backlog, logger: logs }, NAME)
})

it('a stream that could not be opened is logged, and shown until one is open', () => {
  for (const why of ['refused', 'no answer']) protocol.onOpenFailed(bob, new Error(why))
  expect(links.of(bob, [])).toMatchObject([{ state: 'failed', failures: 2, error: 'no answer' }])
  expect(logs.of(`kith:protocol:${NAME}`)).toEqual([
    expect.stringMatching(/^kith:protocol:room-state a stream with .* could not be opened: refused$/),
    expect.stringMatching(/ could not be opened: no answer$/),
  ])
  protocol.onPeerUp(bob, { versions: [1], creditBytes: 0 })
  expect(links.of(bob, [])).toMatchObject([{ state: 'open', failures: 0, error: null }])
  protocol.onPeerDown(bob, new Error('reset'))
  expect(logs.lines.at(-1)).toMatch(/is closed: reset$/)
})

it('a fault is logged and counted', () => {
  protocol.onFault(bob, 'bad-frame', new Error('an unreadable frame'))
  expect(refusals.of(bob)).toEqual({ 'bad-frame': 1 })
  expect(logs.lines).toEqual([expect.stringMatching(/was given up as bad-frame: .*an unreadable frame/)])
})

it('a bug of this node is logged as an error, and counted for nobody', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  protocol.onError(bob, new TypeError('x is no function'))
  protocol.onOpenFailed(bob, new TypeError('y is no function'))
  expect(refusals.totals()).toEqual({})
  expect(logs.of(`kith:protocol:${NAME}:error`)).toEqual([
    expect.stringContaining('x is no function'),
    expect.stringContaining('y is no function'),
  ])
  expect(warn).toHaveBeenCalledTimes(2)
})
