import type { Attack } from './attack.ts'
import { roots } from './roots.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [roots]
