/** A shared file: what it is, whether it is here, and what one can do with it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from '../../connection/call.ts'
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
      {file?.info.state === 'fetching' && <Coming file={file} name={name} />}
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
      <a class="icon-button" href={link.path} download={info.name} aria-label={`Save ${name}`} title="Save">
        <Icon name="save" />
      </a>
    )
  }
  if (info.state === 'fetching') {
    return (
      <>
        <button
          type="button"
          class="icon-button"
          aria-label={`Pause fetching ${name}`}
          title="Pause"
          onClick={() => attempt(pauseFetching)}
        >
          <Icon name="pause" />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Stop fetching ${name}`}
          title="Stop"
          onClick={() => attempt(stopFetching)}
        >
          <Icon name="close" />
        </button>
      </>
    )
  }
  if (info.state === 'here') return null
  if (pausedAt(info) !== undefined) {
    return (
      <>
        <button type="button" class="quiet" aria-label={`Go on fetching ${name}`} onClick={() => attempt(fetchFile)}>
          Go on
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={`Do not go on with ${name}`}
          title="Stop"
          onClick={() => forgetPaused(info)}
        >
          <Icon name="close" />
        </button>
      </>
    )
  }
  return (
    <button type="button" class="quiet" aria-label={`Get ${name}`} onClick={() => attempt(fetchFile)}>
      Get
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
      ? 'Waits for somebody who has it'
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
  if (others === 0) return `${progress}, from ${from}`
  return others === 1 ? `${progress}, from ${from} and one other` : `${progress}, from ${from} and ${others} others`
}

function stateWords(file: ShownFile | undefined): string {
  if (file === undefined || file.info.state === 'fetching') return ''
  const { state, failure, type } = file.info
  if (state === 'failed') return failure ?? 'cannot be fetched'
  const paused = pausedAt(file.info)
  if (state === 'elsewhere' && paused !== undefined) return `paused at ${sizeWords(paused)}`
  if (state === 'elsewhere') return 'not here yet'
  return type === 'folder' ? 'saved by kith file get' : ''
}
