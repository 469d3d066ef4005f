/** How files get into a room: chosen, dropped anywhere on the page, or pasted. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { readFolder } from '../../state/folder.ts'
import { refuse, share, shareFolder } from '../../state/uploads.ts'
import { t } from '../../language/language.ts'
import { said } from '../../language/said.tsx'

/** What browsers call every picture that is pasted. */
const PASTED_NAME = /^image\.(\w+)$/

/** A button that lets the user choose files. */
export function ChooseFiles({ room }: { room: string }): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label={t('Files to share')}
        onChange={({ currentTarget }) => {
          share(room, [...(currentTarget.files ?? [])])
          // The same file may be chosen again.
          currentTarget.value = ''
        }}
      />
      <button
        type="button"
        class="icon-button attach"
        aria-label={t('Share files')}
        title={t('Share files')}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
    </>
  )
}

/** Takes what is dropped and pasted as long as it is shown, and says so while something is dragged. */
export function DropFiles({ room, name }: { room: string; name: string }): JSX.Element | null {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const over = (event: DragEvent): void => setOver(event.dataTransfer?.types.includes('Files') === true)
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      setOver(false)
      take(room, event.dataTransfer)
    }
    const paste = ({ clipboardData }: ClipboardEvent): void => {
      share(room, [...(clipboardData?.files ?? [])].map(withOwnName))
    }
    addEventListener('dragover', over, { signal })
    addEventListener('dragleave', leave, { signal })
    addEventListener('drop', drop, { signal })
    addEventListener('paste', paste, { signal })
    return () => stop.abort()
  }, [room])
  if (!isOver) return null
  return (
    <div class="drop">
      <p>{said('Drop to share in {{room}}', { room: <bdi>{name}</bdi> })}</p>
    </div>
  )
}

function take(room: string, dropped: DataTransfer | null): void {
  const items = [...(dropped?.items ?? [])].filter(({ kind }) => kind === 'file')
  for (const item of items) {
    const entry = item.webkitGetAsEntry()
    const file = item.getAsFile()
    if (entry?.isDirectory === true) void takeFolder(room, entry as FileSystemDirectoryEntry)
    else if (file !== null) share(room, [file])
  }
}

async function takeFolder(room: string, entry: FileSystemDirectoryEntry): Promise<void> {
  try {
    shareFolder(room, await readFolder(entry))
  } catch {
    refuse(room, entry.name, t('This browser cannot read all of this folder.'))
  }
}

function withOwnName(file: File): File {
  const ending = PASTED_NAME.exec(file.name)?.[1]
  if (ending === undefined) return file
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
  return new File([file], t('Picture {{time}}.{{ending}}', { time, ending }), { type: file.type })
}
