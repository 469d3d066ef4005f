/** `kith doctor`, and the line that leads to it. */
import { beforeEach, expect, test } from 'vitest'
import type { Diagnosis } from '../../../src/kith.ts'
import { ANNA, factsWith, LAN_CARD, LOOPBACK } from '../node/doctor/facts.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

const DIAGNOSIS: Diagnosis = {
  about: null,
  findings: [
    { code: 'port-closed', severity: 'problem', what: 'Anna cannot\u001b[31m dial.', todo: 'Allow TCP port 4001.' },
    { code: 'connected', severity: 'fine', what: 'Anna is connected.', todo: null },
  ],
  facts: factsWith({
    system: {
      interfaces: [
        LOOPBACK,
        LAN_CARD,
        { ...LAN_CARD, name: 'eth1', announced: null, why: 'the node does not listen on IPv6' },
      ],
    },
  }),
  probes: [],
}

let node: ServedNode['node']
let run: ServedNode['run']
let dataDir: string

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run, dataDir } = served)
  node.diagnosis = DIAGNOSIS
  return served.close
})

test('prints who the node is, what was found with what to do, and the interfaces', async () => {
  const { out, exitCode } = await run(['doctor'])
  expect(exitCode).toBe(0)
  expect(out.split('\n')).toEqual([
    'Me (…SelfSelf), Kith 0.1.0 on Node v24.0.0: 1 peer connected, 1 room.',
    '',
    'PROBLEM  Anna cannot[31m dial.',
    '         To do: Allow TCP port 4001.',
    'FINE     Anna is connected.',
    '',
    expect.stringMatching(/^INTERFACE +ADDRESS +KIND +ANNOUNCED +MULTICAST$/),
    expect.stringMatching(/^lo +127\.0\.0\.1 +loopback +no: to every machine it means itself +-$/),
    expect.stringMatching(
      /^eth0 +192\.168\.1\.2 +network +\/ip4\/192\.168\.1\.2\/tcp\/4001 +sent 9, own heard .* ago, others .* ago$/,
    ),
    expect.stringMatching(/^eth1 .*no: the node does not listen on IPv6/),
    '',
  ])
})

test('names the command that starts the node of this folder', async () => {
  const todo = 'Start one, and look again: kith start.'
  node.diagnosis = { ...DIAGNOSIS, findings: [{ code: 'no-node', severity: 'problem', what: 'No node runs.', todo }] }
  expect((await run(['doctor'])).out).toContain(`To do: Start one, and look again: kith start --data ${dataDir}\n`)
})

test('prints each step to an address, and everything for programs', async () => {
  node.diagnosis = {
    ...DIAGNOSIS,
    about: { address: '/ip4/192.168.1.3/tcp/4002' },
    probes: [
      {
        ...{ address: '/ip4/192.168.1.3/tcp/4002', failure: 'refused', peer: ANNA.peer },
        steps: [
          { step: 'route', result: 'ok', detail: 'from 192.168.1.2', tookMs: 1.2 },
          { step: 'connection', result: 'failed', detail: 'refused', tookMs: 2 },
          { step: 'encryption', result: 'skipped', detail: '', tookMs: 0 },
        ],
      },
    ],
  }
  const { out } = await run(['doctor', '/ip4/192.168.1.3/tcp/4002'])
  expect(out).toContain(
    [
      '/ip4/192.168.1.3/tcp/4002:',
      '  route       ok       1 ms  from 192.168.1.2',
      '  connection  failed   2 ms  refused',
      '  encryption  skipped',
    ].join('\n'),
  )
  expect(out).not.toContain('INTERFACE')
  expect(JSON.parse((await run(['doctor', 'x', '--json'])).out)).toEqual(node.diagnosis)
})

test('says why it cannot tell of something that is unknown', async () => {
  node.diagnosis = undefined
  expect(await run(['doctor', 'nobody'])).toMatchObject({ exitCode: 1, err: 'kith: There is nothing "nobody".\n' })
  expect(await run(['doctor', ''])).toMatchObject({ exitCode: 2 })
})

test('status has a line of health that leads to it', async () => {
  expect((await run(['status'])).out).toContain(`nothing known to be wrong; kith doctor --data ${dataDir} looks closer`)
  node.health = { problems: 1, warnings: 2, worst: null }
  expect((await run(['status'])).out).toContain(`1 problem, 2 warnings: see kith doctor --data ${dataDir}`)
})
