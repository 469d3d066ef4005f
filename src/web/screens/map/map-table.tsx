/** A room of keys and values, as a table. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import { call, callWithJson, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { useReload } from '../../parts/reload.ts'
import { useDetails } from '../../state/details.ts'
import { link } from '../../state/node.ts'
import { obstacleOf } from '../obstacle.ts'
import { AddEntry } from './add-entry.tsx'
import { EntryRow } from './entry-row.tsx'
import { jsonOf, type Entry } from './values.ts'
import { t } from '../../language/language.ts'

/** Rows at a time: a table may have very many. */
const SHOWN_ROWS = 200

export function MapTable({ room }: { room: RoomOverview }): JSX.Element {
  const [entries, setEntries] = useState<readonly Entry[] | undefined>(undefined)
  const [filter, setFilter] = useState('')
  const [shown, setShown] = useState(SHOWN_ROWS)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> => {
    try {
      const { value } = await call('rooms.do', { room: room.id, command: 'entries' })
      setEntries(value as unknown as Entry[])
      setProblem('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  // The node tells of each change in the room, and begins again after it was away.
  useReload(load, [room, link.value])
  const put = async (key: string, typed: string): Promise<void> => {
    const input = JSON.stringify({ room: room.id, command: 'put', args: { key } })
    try {
      await callWithJson('rooms.do', `${input.slice(0, -2)},"value":${jsonOf(typed)}}}`)
    } catch (error) {
      // Where in the request it stands helps programmers only.
      throw new Error(reasonOf(error).replace(' at args.value', ''), { cause: error })
    }
    await load()
  }
  const remove = async (key: string): Promise<void> => {
    await call('rooms.do', { room: room.id, command: 'delete', args: { key } })
    await load()
  }
  const found = (entries ?? []).filter((entry) => isMatch(entry, filter))
  const details = useDetails(room)
  const obstacle = room.moved === undefined ? obstacleOf(details ?? room) : t('This room goes on in another one.')
  return (
    <div class="table-screen">
      <Problem text={problem} />
      {(entries?.length ?? 0) > 0 && (
        <input
          type="search"
          class="filter"
          placeholder={t('Find')}
          aria-label={t('Find in this table')}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <div class="table-scroll">
        {entries?.length === 0 ? (
          <div class="empty">
            <h2>{t('Nothing in it yet')}</h2>
            <p>
              {obstacle === '' && t('Add a name and a value below. Everybody in the room sees it, and can change it.')}
            </p>
          </div>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Name')}</th>
                <th scope="col">{t('Value')}</th>
                <th scope="col">{t('Last by')}</th>
                <th scope="col">
                  <span class="unseen">{t('Change')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, shown).map((entry) => (
                <EntryRow
                  key={entry.key}
                  room={room.id}
                  entry={entry}
                  isFixed={obstacle !== ''}
                  onPut={put}
                  onRemove={remove}
                />
              ))}
            </tbody>
          </table>
        )}
        {found.length > shown && (
          <button type="button" class="quiet" onClick={() => setShown(shown + SHOWN_ROWS)}>
            {t('Show more: {{count, number}} are left', { count: found.length - shown })}
          </button>
        )}
        {(entries?.length ?? 0) > 0 && found.length === 0 && (
          <p class="hint">{t('Nothing here has “{{filter}}” in it.', { filter })}</p>
        )}
      </div>
      {obstacle !== '' ? (
        <p class="closed">{obstacle}</p>
      ) : (
        <AddEntry onPut={put} keys={new Set(entries?.map(({ key }) => key))} />
      )}
    </div>
  )
}

function isMatch({ key, value, name }: Entry, filter: string): boolean {
  const wanted = filter.trim().toLowerCase()
  return wanted === '' || `${key}\n${JSON.stringify(value)}\n${name}`.toLowerCase().includes(wanted)
}
