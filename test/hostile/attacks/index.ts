import type { Attack } from './attack.ts'
import { forks } from './forks.ts'
import { parking } from './parking.ts'
import { profiles } from './profiles.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [forks, parking, profiles]
