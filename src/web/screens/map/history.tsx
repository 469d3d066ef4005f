/** What an entry was set to: when, and by whom; numbers as a picture, too. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { JsonValue } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Dialog, Problem } from '../../parts/dialog.tsx'
import { tableTime } from '../../parts/time.ts'
import { Plot } from './plot.tsx'
import type { Sample } from './plot-scale.ts'
import { shownValue } from './values.ts'
import { t } from '../../language/language.ts'

/** What a key was set to, as the command `changes` of a map gives it. */
interface Change {
  timeMs: number
  /** Undefined where it was deleted. */
  value?: JsonValue
  name: string
}

interface HistoryDialogProps {
  room: string
  name: string
  onClose: () => void
}

export function HistoryDialog({ room, name, onClose }: HistoryDialogProps): JSX.Element {
  const [changes, setChanges] = useState<readonly Change[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    call('rooms.do', { room, command: 'changes', args: { key: name } }).then(
      ({ value }) => setChanges(value as unknown as Change[]),
      (error: unknown) => setProblem(reasonOf(error)),
    )
  }, [room, name])
  const samples = samplesIn(changes ?? [])
  return (
    <Dialog title={t('“{{name}}” over time', { name })} onClose={onClose} isWide>
      <Problem text={problem} />
      <div class="plot-frame" aria-busy={changes === undefined && problem === ''}>
        {samples.length > 1 && <Plot name={name} samples={samples} />}
        {changes?.length === 0 && <p class="hint">{t('What it was set to is not kept here any more.')}</p>}
        {changes !== undefined && changes.length > 0 && <Changes changes={changes} />}
      </div>
      <form method="dialog" class="buttons">
        <button class="quiet">{t('Close')}</button>
      </form>
    </Dialog>
  )
}

/** The newest first. */
function Changes({ changes }: { changes: readonly Change[] }): JSX.Element {
  return (
    <div class="plot-table" tabIndex={0} role="region" aria-label={t('All changes')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('When')}</th>
            <th scope="col">{t('Value')}</th>
            <th scope="col">{t('By')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.toReversed().map(({ timeMs, value, name }, index) => (
            <tr key={index}>
              <td>{tableTime(timeMs)}</td>
              <td>{value === undefined ? t('Deleted') : <bdi>{shownValue(value)}</bdi>}</td>
              <td>
                <bdi>{name}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Those that are numbers, in the order of their times: whoever wrote them had clocks of their own. */
function samplesIn(changes: readonly Change[]): Sample[] {
  return changes
    .flatMap(({ timeMs, value }) => (typeof value === 'number' ? [{ timeMs, value }] : []))
    .sort((a, b) => a.timeMs - b.timeMs)
}
