/** Errors of a system that lacks something. */
import { withFileErrors } from '../../../src/store/file-errors.ts'
import { StoreError } from '../../../src/store/store.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'open' })
}

/** Work that fails so often before it is done. */
export function lackOf(code: string, times: number): () => string {
  let left = times
  return () => {
    if (left-- > 0) throw systemError(code)
    return 'done'
  }
}

/** What the store makes of an error. */
export function fileErrorOf(code: string): StoreError {
  try {
    withFileErrors('/data', lackOf(code, 1))
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
