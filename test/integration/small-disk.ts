/** A disk of its own for a test, which needs root on Linux. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const MIB = 1024 * 1024
/** A disk in memory gives space in these. */
const PAGE_BYTES = 4_096

/** Why there can be none here; undefined if there can. */
export const noSmallDisk: string | undefined =
  process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'mounting a small disk needs root on Linux'

/** A disk in memory, mounted in a folder until the test is over. */
export class SmallDisk {
  readonly path: string

  constructor(parent: string, sizeMiB: number) {
    this.path = join(parent, 'disk')
    mkdirSync(this.path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', this.path])
    onTestFinished(() => void execFileSync('umount', ['-l', this.path]))
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path)
    return bavail * bsize
  }

  resize(sizeMiB: number): void {
    execFileSync('mount', ['-o', `remount,size=${sizeMiB}m`, this.path])
  }

  /** Fills it with a file of somebody else's, so that so many bytes are left. */
  fill(leftBytes: number): void {
    const filler = join(this.path, 'filler')
    for (const chunkBytes of [MIB, PAGE_BYTES]) {
      while (this.freeBytes - leftBytes >= chunkBytes) {
        writeFileSync(filler, Buffer.alloc(chunkBytes), { flag: 'a' })
      }
    }
  }

  empty(): void {
    execFileSync('rm', ['-f', join(this.path, 'filler')])
  }
}
