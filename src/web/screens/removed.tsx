/** Says of a room that the user was removed from it. */
import type { JSX } from 'preact'
import type { Removal } from '../../kith.ts'
import { fullTime } from '../parts/time.ts'

/** What somebody who is not a member any more still reads, and who says so. */
export function Removed({ removed }: { removed: Removal }): JSX.Element {
  const { by, atMs, isProven, saidBy } = removed
  if (isProven) {
    return (
      <p class="notice notice-removed" role="status">
        <bdi>{by.name}</bdi> removed you from this room ({fullTime(atMs)}). What is on this machine can still be read.
      </p>
    )
  }
  return (
    <p class="notice notice-removed" role="status">
      {saidBy === null ? 'Somebody' : <bdi>{saidBy.name}</bdi>} says that <bdi>{by.name}</bdi> removed you from this
      room ({fullTime(atMs)}). Whether that is so is not known here: ask an admin.
    </p>
  )
}
