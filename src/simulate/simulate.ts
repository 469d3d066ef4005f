/** Runs a scenario: its main phase, then time for every node to catch up, then the checks. */
import { violationsOf } from './checkers.ts'
import { Life } from './life.ts'
import { reportOf, type SimulationReport } from './report.ts'
import { missedChecks } from './scenario-checks.ts'
import type { Scenario } from './scenario.ts'

/** How long the network has to settle once every node is up: many times the longest resend delay. */
const SETTLE_MS = 2 * 3_600_000

/** Tasks between two progress reports: a fraction of a second. */
const TASKS_PER_STEP = 2_000

/** Violations that are listed; often all nodes report the same problem. */
const MAX_VIOLATIONS = 50

export interface SimulationProgress {
  /** Virtual time since the start. */
  elapsedMs: number
  deliveries: number
}

/** Runs a scenario in steps, so that a caller can show progress and stop; returns the report at the end. */
export function* simulateInSteps(scenario: Scenario, seed: number): Generator<SimulationProgress, SimulationReport> {
  const life = new Life(scenario, seed)
  const { recording } = life
  const { scheduler } = life.network
  const progress = (): SimulationProgress => {
    return { elapsedMs: recording.elapsedMs, deliveries: recording.deliveries.length }
  }
  function* settled(untilMs: number): Generator<SimulationProgress, boolean> {
    for (;;) {
      const state = scheduler.run(untilMs, TASKS_PER_STEP)
      if (state !== 'more') return state === 'empty'
      yield progress()
    }
  }
  let isAtRest = yield* settled(scheduler.nowMs + scenario.durationMs + SETTLE_MS)
  if (life.stopRemoved()) isAtRest = yield* settled(scheduler.nowMs + SETTLE_MS)
  life.startRemoved()
  const violations = [
    ...(isAtRest ? [] : ['the network does not come to rest']),
    ...violationsOf(life.network, life.rooms),
    ...missedChecks(scenario, life),
  ]
  const more = violations.length - MAX_VIOLATIONS
  const listed = more > 0 ? [...violations.slice(0, MAX_VIOLATIONS), `… and ${more} more`] : violations
  return reportOf(scenario, seed, life, { isAtRest, violations: listed })
}

/** Runs a scenario to its end. */
export function simulate(scenario: Scenario, seed: number): SimulationReport {
  const steps = simulateInSteps(scenario, seed)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}
