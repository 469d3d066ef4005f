/** Says of a room that the user was removed from it. */
import type { JSX } from 'preact'
import type { Removal } from '../../kith.ts'
import { fullTime } from '../parts/time.ts'
import { t } from '../language/language.ts'
import { said } from '../language/said.tsx'

/** What somebody who is not a member any more still reads, and who says so. */
export function Removed({ removed }: { removed: Removal }): JSX.Element {
  const { by, atMs, isProven, saidBy } = removed
  if (isProven) {
    return (
      <p class="notice notice-removed" role="status">
        {said('{{name}} removed you from this room ({{time}}). What is on this machine can still be read.', {
          name: <bdi>{by.name}</bdi>,
          time: fullTime(atMs),
        })}
      </p>
    )
  }
  return (
    <p class="notice notice-removed" role="status">
      {said(
        '{{teller}} says that {{name}} removed you from this room ({{time}}). Whether that is so is not known here: ask an admin.',
        {
          teller: saidBy === null ? t('Somebody') : <bdi>{saidBy.name}</bdi>,
          name: <bdi>{by.name}</bdi>,
          time: fullTime(atMs),
        },
      )}
    </p>
  )
}
