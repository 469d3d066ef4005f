/** The beginning of a text, as text: whatever stands in it, nothing of it runs or is drawn. */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { FileInfo } from '../../../kith.ts'
import { askAgain } from '../../state/files.ts'
import { GROWN } from './grown.ts'
import { t } from '../../language/language.ts'

/** Many screens, and quick to lay out. */
const MAX_SHOWN_BYTES = 64 * 1024

export function TextView({ file, path }: { file: FileInfo; path: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<string | undefined>(undefined)
  const [isBroken, setBroken] = useState(false)
  useLayoutEffect(() => void element.current?.dispatchEvent(new Event(GROWN, { bubbles: true })), [shown])
  const { name, sizeBytes, document } = file
  const show = async (): Promise<void> => {
    try {
      setBroken(false)
      setShown(await beginningOf(path))
    } catch {
      setBroken(true)
      // After a restart of the node it has another address.
      askAgain(document)
    }
  }
  if (shown === undefined) {
    return (
      <>
        <button
          type="button"
          class="quiet"
          aria-label={t('Show the text of {{name}}', { name })}
          onClick={() => void show()}
        >
          {t('Show the text')}
        </button>
        {isBroken && <p class="hint">{t('This text cannot be shown now.')}</p>}
      </>
    )
  }
  return (
    <div ref={element} class="text-view">
      <pre tabIndex={0} dir="auto" aria-label={t('Text of {{name}}', { name })} role="region">
        {shown}
      </pre>
      {sizeBytes > MAX_SHOWN_BYTES && <small>{t('This is the beginning. Save the file to read all of it.')}</small>}
      <button type="button" class="link" onClick={() => setShown(undefined)}>
        {t('Hide the text')}
      </button>
    </div>
  )
}

/** Throws if it cannot be read. */
async function beginningOf(path: string): Promise<string> {
  const response = await fetch(path, { headers: { range: `bytes=0-${MAX_SHOWN_BYTES - 1}` } })
  if (!response.ok) throw new Error(t('it is not there'))
  // A character that is cut at the end is not shown.
  return new TextDecoder().decode(await response.arrayBuffer(), { stream: true })
}
