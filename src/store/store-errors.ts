/** The messages of StoreErrors: one line that says what is wrong, where, and what to do about it. */
import { StoreError } from './store.ts'

/** For the files of a node, its peers, and blocks on their way to the disk. */
const ADVISED_DESCRIPTORS = 1_024

function adviceFor(code: StoreError['code'], path: string, detail: string): string {
  switch (code) {
    case 'locked':
      return `another process is using ${path}: stop that node, or use another data folder`
    case 'full':
      return `no space left to write ${path}: free some space and restart; nothing acknowledged was lost`
    case 'corrupt':
      return `${path} is damaged: restore a backup, or move it away and join your rooms again to get their contents back from other nodes`
    case 'newer':
      return `${path} was written by a newer version of Kith (${detail}): update Kith, or use another data folder`
    case 'busy':
      return `too many files are open to use ${path} (${detail}): raise the limit (ulimit -n; ${ADVISED_DESCRIPTORS} or more), or end other programs`
    case 'io':
      return `cannot use ${path} (${detail}): check that its folder exists and is writable, and check the disk and your quota`
  }
}

/** The StoreError for the file or folder at `path`. `detail` is the system's message, which only `io` and `newer` show. */
export function storeError(code: StoreError['code'], path: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(code, adviceFor(code, path, detail), { cause })
}
