/** The row below a table, for something new. */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { t } from '../../language/language.ts'

interface AddEntryProps {
  keys: ReadonlySet<string>
  onPut: (key: string, typed: string) => Promise<void>
}

export function AddEntry({ keys, onPut }: AddEntryProps): JSX.Element {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [problem, setProblem] = useState('')
  const first = useRef<HTMLInputElement>(null)
  const add = async (): Promise<void> => {
    try {
      await onPut(key.trim(), value)
      setKey('')
      setValue('')
      setProblem('')
      first.current?.focus()
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  const isThere = keys.has(key.trim())
  return (
    <form
      class="add-entry"
      onSubmit={(event) => {
        event.preventDefault()
        if (key.trim() !== '' && !isThere) void add()
      }}
    >
      <Problem
        text={isThere ? t('There is a “{{key}}” already: change it in its row.', { key: key.trim() }) : problem}
      />
      <input
        ref={first}
        dir="auto"
        placeholder={t('Name')}
        aria-label={t('Name')}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <input
        dir="auto"
        placeholder={t('Value')}
        aria-label={t('Value')}
        value={value}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <button type="submit" disabled={key.trim() === '' || isThere}>
        {t('Add')}
      </button>
    </form>
  )
}
