/** Turns the facts of a diagnosis into findings. Pure: the same facts give the same findings. */
import type { DiagnosisFacts, Finding, FindingSeverity, Health, Probe } from '../../kith.ts'
import { peerFindings, todoFor } from './peer-findings.ts'
import { reachFindings } from './reach-findings.ts'
import { roomFindings } from './room-findings.ts'
import { serviceFindings } from './service-findings.ts'
import { announcedFindings, systemFindings } from './system-findings.ts'
import { fine, nameOf, problem } from './wording.ts'

const SEVERITIES: readonly FindingSeverity[] = ['problem', 'warning', 'unknown', 'fine']

/** The worst first; `wasAsked`: peers were asked to dial back and to tell their time. */
export function findingsOf(facts: DiagnosisFacts, wasAsked: boolean): Finding[] {
  return sorted([
    ...serviceFindings(facts),
    ...systemFindings(facts),
    ...peerFindings(facts),
    ...reachFindings(facts, wasAsked),
    ...roomFindings(facts),
    ...announcedFindings(facts.system),
  ])
}

/** The worst first, otherwise in their order. */
export function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

/** What is known without asking anybody. */
export function healthOf(facts: DiagnosisFacts): Health {
  const bad = findingsOf(facts, false).filter(({ severity }) => severity === 'problem' || severity === 'warning')
  const problems = bad.filter(({ severity }) => severity === 'problem').length
  return { problems, warnings: bad.length - problems, worst: bad[0] ?? null }
}

/** How a probe of an address went. */
export function probeFinding({ address, failure, peer, steps }: Probe, name: string | null): Finding {
  const failed = steps.find(({ result }) => result === 'failed')
  if (failure === null || failed === undefined) {
    return fine('reached', `${address} is reached: it is ${nameOf({ peer: peer ?? '', name })}.`, { address })
  }
  const what = `${address} fails at the ${failed.step}: ${failed.detail}.`
  return problem(`unreached-${failure}`, what, todoFor(failure, address), { address })
}
