import type { Attack } from './attack.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = []
