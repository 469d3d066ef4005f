/** A shared file: what it is, whether it is here, and what one can do with it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from '../../connection/call.ts'
import { isForGuests } from '../../connection/served-for.ts'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { progressWords, sizeWords } from '../../parts/sizes.ts'
import {
  comingOf,
  fetchFile,
  forgetPaused,
  pausedAt,
  pauseFetching,
  stopFetching,
  useFile,
  type ShownFile,
} from '../../state/files.ts'
import { useMembers } from '../../state/members.ts'
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
  const words = [about, sizeWords(sizeBytes), type === 'folder' && t('folder'), stateWords(file)].filter(Boolean)
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
      <>
        <button
          type="button"
          class="icon-button"
          aria-label={t('Pause fetching {{name}}', { name })}
          title={t('Pause')}
          onClick={() => attempt(pauseFetching)}
        >
          <Icon name="pause" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('Stop fetching {{name}}', { name })}
          title={t('Stop')}
          onClick={() => attempt(stopFetching)}
        >
          <Icon name="close" />
        </button>
      </>
    )
  }
  if (info.state === 'here' || isForGuests) return null
  if (pausedAt(info) !== undefined) {
    return (
      <>
        <button
          type="button"
          class="quiet"
          aria-label={t('Go on fetching {{name}}', { name })}
          onClick={() => attempt(fetchFile)}
        >
          {t('Go on')}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t('Do not go on with {{name}}', { name })}
          title={t('Stop')}
          onClick={() => forgetPaused(info)}
        >
          <Icon name="close" />
        </button>
      </>
    )
  }
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
  const senders = status?.from ?? []
  const members = useMembers(info.room, senders.length > 0)
  const [first, ...others] = senders.map(({ peer }) => members.find((member) => member.peer === peer)?.name ?? '')
  const words =
    status === undefined || (first === undefined && bytes === 0)
      ? t('Waits for somebody who has it')
      : fetchedWords(progressWords(bytes, info.sizeBytes, status.bytesPerSecond), first, others.length)
  return (
    <div class="file-progress">
      <progress max={Math.max(1, info.sizeBytes)} value={bytes} aria-label={`${name}: ${words}`} />
      <small>{words}</small>
    </div>
  )
}

/** How far it is, and who sends it: the one who has sent most, by name. */
function fetchedWords(progress: string, from: string | undefined, others: number): string {
  if (from === undefined || from === '') return progress
  if (others === 0) return t('{{progress}}, from {{from}}', { progress, from })
  return t('{{progress}}, from {{from}} and {{count}} others', { progress, from, count: others })
}

function stateWords(file: ShownFile | undefined): string {
  if (file === undefined || file.info.state === 'fetching') return ''
  const { state, failure, type } = file.info
  if (state === 'failed') return failure ?? t('cannot be fetched')
  const paused = pausedAt(file.info)
  if (state === 'elsewhere' && paused !== undefined) return t('paused at {{size}}', { size: sizeWords(paused) })
  if (state === 'elsewhere') return t('not here yet')
  return type === 'folder' ? t('saved by kith file get') : ''
}
