/** `kith doctor`: what keeps nodes from meeting, and what to do. */
import type { Command } from 'commander'
import { NoNodeError } from '../../api/client.ts'
import { grouped } from '../../grouped.ts'
import type { Diagnosis, Finding, Health, InterfaceFacts, NodeFacts, Probe } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { runTask } from '../progress.ts'
import { clean, counted, duration, pad, shortId, table } from '../text.ts'

/** Looks at a machine on which no node runs. */
export type DiagnoseFolder = (options: { dataDir: string }) => Promise<Diagnosis>

/** Adds `kith doctor`. */
export function addDoctorCommand(program: Command, run: Run, diagnoseFolder: DiagnoseFolder): void {
  addCommand(program, {
    name: 'doctor',
    summary: 'find out why nodes do not meet, and what to do',
    description: 'look for what keeps nodes from meeting, and say what to do; takes some seconds, as peers are asked',
    examples: [
      ['kith doctor', 'everything: interfaces, multicast, peers, rooms, clock, disk'],
      ['kith doctor Anna', 'what keeps this peer away'],
      ['kith doctor Kitchen', 'who is in this room, and who is not'],
      ['kith doctor /ip4/192.168.1.5/tcp/4001', 'try an address step by step'],
      ['kith doctor --json', 'all facts, for programs'],
    ],
    notes: [
      'Connected peers are asked to dial this node back, which shows whether its port is open, and for their time.',
      'Nothing is changed, but a connection to an address that is tried stays. Without a running node, only the machine is',
      'looked at. The exit code is 0 whatever is found. Run it on both machines that do not meet.',
    ],
  })
    .argument('[peer|room|address]', 'what it is about (default: everything)')
    .action(
      run(async (context, about: string | undefined) => {
        const diagnosis = await diagnose(context, about, diagnoseFolder)
        context.output.result(diagnosis, () => diagnosisLines(context, diagnosis, Date.now()))
      }),
    )
}

async function diagnose(
  context: Context,
  about: string | undefined,
  diagnoseFolder: DiagnoseFolder,
): Promise<Diagnosis> {
  try {
    return await runTask(context, 'diagnose', about === undefined ? {} : { about }, {
      doing: 'Looking',
      progressOf: ({ doing, done, total }) => ({ done, total, facts: [clean(doing)] }),
      stopped: 'Stopped before everything was looked at.',
    })
  } catch (error) {
    if (!(error instanceof NoNodeError) || about !== undefined) throw error
    return diagnoseFolder({ dataDir: context.dataDir })
  }
}

/** How a node is doing, in a line that leads to `kith doctor`. */
export function healthLine({ problems, warnings }: Health, context: Context): string {
  const counts = [
    ...(problems > 0 ? [counted(problems, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ]
  const doctor = context.command('doctor')
  return counts.length === 0
    ? `nothing known to be wrong; ${doctor} looks closer`
    : `${counts.join(', ')}: see ${doctor}`
}

const LABELS: Readonly<Record<Finding['severity'], string>> = {
  problem: 'PROBLEM',
  warning: 'WARNING',
  unknown: 'UNKNOWN',
  fine: 'FINE',
}
const LABEL_COLUMNS = 9

function diagnosisLines(context: Context, { about, findings, facts, probes }: Diagnosis, nowMs: number): string[] {
  const { node, system } = facts
  return [
    node === null ? `No node is running; Node ${system.nodeVersion}.` : nodeLine(node, system.nodeVersion),
    ...probes.flatMap(probeLines),
    '',
    ...findings.flatMap((finding) => findingLines(context, finding)),
    ...(about === null ? ['', ...interfaceTable(system.interfaces, nowMs)] : []),
  ]
}

function nodeLine({ name, peer, version, peers, rooms }: NodeFacts, nodeVersion: string): string {
  const connected = counted(peers.filter((each) => each.connected).length, 'peer')
  return `${clean(name)} (${shortId(peer)}), Kith ${version} on Node ${nodeVersion}: ${connected} connected, ${counted(rooms.length, 'room')}.`
}

function findingLines(context: Context, { code, severity, what, todo }: Finding): string[] {
  const { output } = context
  const label = pad(LABELS[severity], LABEL_COLUMNS)
  const first = `${severity === 'problem' ? output.style('bold', label) : label}${clean(what)}`
  return todo === null
    ? [first]
    : [
        first,
        `${' '.repeat(LABEL_COLUMNS)}To do: ${clean(code === 'no-node' ? todo.replace('kith start.', () => context.command('start')) : todo)}`,
      ]
}

function probeLines({ address, steps }: Probe): string[] {
  const rows = steps.map(({ step, result, detail, tookMs }) => [
    ...[`  ${step}`, result, result === 'skipped' ? '' : `${grouped(Math.round(tookMs))} ms`, clean(detail)],
  ])
  return ['', `${clean(address)}:`, ...table(rows)]
}

function interfaceTable(interfaces: readonly InterfaceFacts[], nowMs: number): string[] {
  if (interfaces.length === 0) return ['No network interface is up.']
  return table([
    ['INTERFACE', 'ADDRESS', 'KIND', 'ANNOUNCED', 'MULTICAST'],
    ...interfaces.map(({ name, ip, kind, announced, why, multicast }) => [
      ...[clean(name), ip, kind, announced === null ? `no: ${why ?? ''}` : announced],
      multicast === null ? '-' : multicastText(multicast, nowMs),
    ]),
  ])
}

function multicastText(
  { sent, ownHeardMs, othersHeardMs, error }: NonNullable<InterfaceFacts['multicast']>,
  nowMs: number,
): string {
  if (error !== null) return `fails: ${clean(error)}`
  const ago = (ms: number | null): string =>
    ms === null ? 'never' : `${duration(Math.max(0, nowMs - ms) / 1_000)} ago`
  return `sent ${grouped(sent)}, own heard ${ago(ownHeardMs)}, others ${ago(othersHeardMs)}`
}
