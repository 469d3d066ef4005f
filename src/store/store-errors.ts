/** What keeps a store from being opened, read or written, said in one line: where, and what to do about it. */
import { StoreError } from './store.ts'

function adviceFor(code: StoreError['code'], path: string, detail: string): string {
  switch (code) {
    case 'locked':
      return `another process is using ${path}: stop that node, or use another data folder`
    case 'full':
      return `no space left to write ${path}: free some space and start again; everything acknowledged is kept`
    case 'corrupt':
      return `${path} is damaged: put back a backup, or move it away; other nodes give rooms back when you join again, files by themselves`
    case 'newer':
      return `${path} was written by a newer Kith (${detail}): update Kith, or use another data folder`
    case 'io':
      return `cannot use ${path} (${detail}): check that its folder exists and is writable, and the disk and its quota`
  }
}

/** The StoreError for the file or folder at `path`. `detail` is what the system said; only `io` and `newer` show it. */
export function storeError(code: StoreError['code'], path: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(code, adviceFor(code, path, detail), { cause })
}
