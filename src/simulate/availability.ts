/** When the nodes of a scenario are up. */
import type { Random } from '../../protocols/wire/machine.ts'
import { randomInteger } from './random.ts'
import type { Availability } from './scenario.ts'

export interface Change {
  atMs: number
  isUp: boolean
}

/** How a node comes and goes during a life; it is up at the start unless the first change says otherwise. */
export function changesOf(availability: Availability, durationMs: number, random: Random): Change[] {
  const changes = allChanges(availability, durationMs, random)
  return changes.filter(({ isUp }, i) => isUp !== (changes[i - 1]?.isUp ?? true))
}

function allChanges(availability: Availability, durationMs: number, random: Random): Change[] {
  switch (availability.kind) {
    case 'always':
      return []
    case 'reliability': {
      const { probability, periodMs } = availability
      // The nodes' periods start at different times, or all nodes would come and go together.
      const offsetMs = randomInteger(random, 1, periodMs)
      const times = [0, ...Array.from({ length: Math.ceil(durationMs / periodMs) }, (_, i) => offsetMs + i * periodMs)]
      return times.map((atMs) => ({ atMs, isUp: random() < probability }))
    }
    case 'intervals': {
      const changes = availability.intervals.flatMap(({ fromMs, toMs }) => [
        { atMs: fromMs, isUp: true },
        { atMs: toMs, isUp: false },
      ])
      return changes[0]?.atMs === 0 ? changes : [{ atMs: 0, isUp: false }, ...changes]
    }
  }
}
