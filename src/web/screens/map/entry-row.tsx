/** A row of a table: shown, or being changed. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { speakerKey } from '../../../key-hash.ts'
import { reasonOf } from '../../connection/call.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { Confirm, Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { HistoryDialog } from './history.tsx'
import { shownValue, type Entry } from './values.ts'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

interface EntryRowProps {
  room: string
  entry: Entry
  /** Nothing can be changed. */
  isFixed: boolean
  onPut: (key: string, typed: string) => Promise<void>
  onRemove: (key: string) => Promise<void>
}

export function EntryRow({ room, entry, isFixed, onPut, onRemove }: EntryRowProps): JSX.Element {
  const [edited, setEdited] = useState<{ text: string; from: string } | undefined>(undefined)
  const [isRemoving, setRemoving] = useState(false)
  const [isHistoryShown, setHistoryShown] = useState(false)
  const { key, value, name } = entry
  const text = shownValue(value)
  return (
    <tr>
      <th scope="row" dir="auto">
        {key}
      </th>
      <td>
        {edited === undefined ? (
          <span class={typeof value === 'string' ? 'value' : 'value value-json'} dir="auto">
            {text}
          </span>
        ) : (
          <EditValue
            entry={entry}
            edited={edited}
            onEdit={(changed) => setEdited({ ...edited, text: changed })}
            onPut={onPut}
            onEnd={() => setEdited(undefined)}
          />
        )}
      </td>
      <td class="by">
        <span>
          <Avatar of={speakerKey(entry)} isSmall />
          <bdi>{name}</bdi>
        </span>
      </td>
      <td class="row-buttons">
        {edited === undefined && (
          <button
            type="button"
            class="icon-button"
            aria-label={t('Show {{key}} over time', { key })}
            title={t('Over time')}
            onClick={() => setHistoryShown(true)}
          >
            <Icon name={typeof value === 'number' ? 'plot' : 'clock'} />
          </button>
        )}
        {isHistoryShown && <HistoryDialog room={room} name={key} onClose={() => setHistoryShown(false)} />}
        {edited === undefined && !isFixed && (
          <>
            <button
              type="button"
              class="icon-button"
              aria-label={t('Change {{key}}', { key })}
              onClick={() => setEdited({ text, from: text })}
            >
              <Icon name="edit" />
            </button>
            <button
              type="button"
              class="icon-button"
              aria-label={t('Delete {{key}}', { key })}
              onClick={() => setRemoving(true)}
            >
              <Icon name="remove" />
            </button>
          </>
        )}
        {isRemoving && (
          <Confirm
            title={t('Delete “{{key}}”?', { key })}
            action={t('Delete')}
            onConfirm={() => onRemove(key)}
            onClose={() => setRemoving(false)}
          >
            <p>{t('It goes for everybody in this room.')}</p>
          </Confirm>
        )}
      </td>
    </tr>
  )
}

interface EditValueProps extends Pick<EntryRowProps, 'entry' | 'onPut'> {
  /** What is typed, and what was there when that began. */
  edited: { text: string; from: string }
  onEdit: (text: string) => void
  onEnd: () => void
}

function EditValue({ entry: { key, value, name }, edited, onEdit, onPut, onEnd }: EditValueProps): JSX.Element {
  const [problem, setProblem] = useState('')
  const form = useRef<HTMLFormElement>(null)
  // It is taller than what it takes the place of.
  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), [])
  const now = shownValue(value)
  const save = async (): Promise<void> => {
    try {
      await onPut(key, edited.text)
      onEnd()
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  return (
    <form
      class="edit-value"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEnd()
      }}
      ref={form}
    >
      <input
        dir="auto"
        aria-label={t('New value of {{key}}', { key })}
        value={edited.text}
        ref={(element) => {
          if (element !== null && document.activeElement !== element && problem === '') element.focus()
        }}
        onInput={(event) => onEdit(event.currentTarget.value)}
      />
      <button type="submit">{t('Save')}</button>
      <button type="button" class="quiet" onClick={onEnd}>
        {t('Cancel')}
      </button>
      {now !== edited.from && (
        <p class="hint" role="status">
          {said('Meanwhile, {{name}} changed it to {{value}}.', { name: <bdi>{name}</bdi>, value: <bdi>{now}</bdi> })}
        </p>
      )}
      <Problem text={problem} />
    </form>
  )
}
