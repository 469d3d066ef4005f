/** A shared file: what it is, whether it is here, and what one can do with it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from '../../connection/call.ts'
import { isForGuests } from '../../connection/served-for.ts'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { progressWords, sizeWords } from '../../parts/sizes.ts'
import { comingOf, fetchFile, stopFetching, useFile, type ShownFile } from '../../state/files.ts'
import { Preview } from './preview.tsx'
import { t } from '../../language/language.ts'

interface FileViewProps {
  room: string
  /** The document that shares it. */
  document: string
  name: string
  type: 'file' | 'folder'
  sizeBytes: number
  /** Who shared it when, where that does not stand beside it already. */
  about?: string
}

export function FileView({ room, document, name, type, sizeBytes, about }: FileViewProps): JSX.Element {
  const file = useFile(room, document)
  const [problem, setProblem] = useState('')
  const words = [about, sizeWords(sizeBytes), type === 'folder' && 'folder', stateWords(file)].filter(Boolean)
  const attempt = (work: (info: ShownFile['info']) => Promise<void>): void => {
    if (file === undefined) return
    setProblem('')
    work(file.info).catch((error: unknown) => setProblem(reasonOf(error)))
  }
  return (
    <div class="file">
      {file?.link !== undefined && <Preview file={file.info} link={file.link} />}
      <div class="file-line">
        <Icon name={type === 'folder' ? 'folder' : 'file'} />
        <span class="file-words">
          <bdi class="file-name">{name}</bdi>
          <small>{words.join(' · ')}</small>
        </span>
        <Action file={file} name={name} attempt={attempt} />
      </div>
      {file?.info.state === 'fetching' && !isForGuests && <Coming file={file} name={name} />}
      <Problem text={problem} />
    </div>
  )
}

interface ActionProps {
  file: ShownFile | undefined
  name: string
  attempt: (work: (info: ShownFile['info']) => Promise<void>) => void
}

function Action({ file, name, attempt }: ActionProps): JSX.Element | null {
  if (file === undefined) return null
  const { info, link } = file
  if (link !== undefined) {
    return (
      <a
        class="icon-button"
        href={link.path}
        download={info.name}
        aria-label={t('Save {{name}}', { name })}
        title={t('Save')}
      >
        <Icon name="save" />
      </a>
    )
  }
  if (info.state === 'fetching' && !isForGuests) {
    return (
      <button
        type="button"
        class="icon-button"
        aria-label={t('Stop fetching {{name}}', { name })}
        onClick={() => attempt(stopFetching)}
      >
        <Icon name="close" />
      </button>
    )
  }
  if (info.state === 'here' || isForGuests) return null
  return (
    <button type="button" class="quiet" aria-label={t('Get {{name}}', { name })} onClick={() => attempt(fetchFile)}>
      {t('Get')}
    </button>
  )
}

/** What the others have of it comes block by block, so the size of its blocks is what is known. */
function Coming({ file: { info }, name }: { file: ShownFile; name: string }): JSX.Element {
  const status = comingOf(info)
  const bytes = Math.min(status?.bytes ?? 0, info.sizeBytes)
  const from = status?.from.length ?? 0
  const words =
    status === undefined || (from === 0 && bytes === 0)
      ? t('Waits for somebody who has it')
      : progressWords(bytes, info.sizeBytes, status.bytesPerSecond) +
        (from > 1 ? `, ${t('from {{count}} others', { count: from })}` : '')
  return (
    <div class="file-progress">
      <progress max={Math.max(1, info.sizeBytes)} value={bytes} aria-label={`${name}: ${words}`} />
      <small>{words}</small>
    </div>
  )
}

function stateWords(file: ShownFile | undefined): string {
  if (file === undefined || file.info.state === 'fetching') return ''
  const { state, failure, type } = file.info
  if (state === 'failed') return failure ?? t('cannot be fetched')
  if (state === 'elsewhere') return t('not here yet')
  return type === 'folder' ? t('saved by kith file get') : ''
}
