import type { Attack } from './attack.ts'
import { heads } from './heads.ts'

/** All attacks, in the order of their names. */
export const attacks: readonly Attack[] = [heads]
