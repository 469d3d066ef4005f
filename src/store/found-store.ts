/** How the files of a store are before it is opened. */
import { existsSync } from 'node:fs'
import { areMarksWhole, beginMarks } from './room-marks.ts'

export interface FoundStore {
  /** Whoever had it last did not close it: its log was still there. */
  wasCutOff: boolean
  /** What tells outside of the database which rooms there are was gone or damaged. */
  hadNoMarks: boolean
}

/** A new store begins with whole marks. */
export function findStore(path: string): FoundStore {
  const isNew = !existsSync(path)
  const found = { wasCutOff: existsSync(`${path}-wal`), hadNoMarks: !isNew && !areMarksWhole(path) }
  if (isNew) beginMarks(path)
  return found
}
