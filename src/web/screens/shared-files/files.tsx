/** The files of a room, the newest first. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { FileInfo } from '../../../kith.ts'
import { call, reasonOf } from '../../connection/call.ts'
import { Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useReload } from '../../parts/reload.ts'
import { shortTime } from '../../parts/time.ts'
import { useDetails } from '../../state/details.ts'
import { link } from '../../state/node.ts'
import { nameOf } from '../../state/room-name.ts'
import { mayShare } from '../../state/self.ts'
import { uploads } from '../../state/uploads.ts'
import { obstacleOf } from '../obstacle.ts'
import { RoomHead } from '../room-head.tsx'
import { FileView } from './file-view.tsx'
import { ChooseFiles, DropFiles } from './sharing.tsx'
import { Uploads } from './upload-row.tsx'
import { t } from '../../language/language.ts'

/** Shown at a time: each is asked for, and may have a picture. */
const STEP = 50

export function Files({ room }: { room: RoomOverview }): JSX.Element {
  const [files, setFiles] = useState<readonly FileInfo[] | undefined>(undefined)
  const [problem, setProblem] = useState('')
  const [count, setCount] = useState(STEP)
  const details = useDetails(room)
  const load = async (): Promise<void> => {
    try {
      setFiles((await call('files.list', { room: room.id })).toReversed())
      setProblem('')
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  const sending = uploads.value.filter((each) => each.room === room.id).length
  useReload(load, [room, link.value, sending])
  const canShare =
    mayShare.value && obstacleOf(details ?? room) === '' && room.moved === undefined && room.status !== 'waiting'
  return (
    <>
      <RoomHead room={room} part={t('Files')} />
      {canShare && <DropFiles room={room.id} name={nameOf(room)} />}
      <div class="sheet">
        <Problem text={problem} />
        <section class="card">
          <div class="card-head">
            <h2>{t('Files')}</h2>
            {canShare && <ChooseFiles room={room.id} />}
          </div>
          <Uploads room={room.id} />
          {files?.length === 0 && sending === 0 && <None />}
          <ul class="files">
            {files?.slice(0, count).map((file) => (
              <li key={file.document}>
                <FileView {...propsOf(file)} room={room.id} about={aboutOf(file)} />
              </li>
            ))}
          </ul>
          {files !== undefined && files.length > count && (
            <button type="button" class="quiet" onClick={() => setCount(count + STEP)}>
              {t('Show more')}
            </button>
          )}
        </section>
      </div>
    </>
  )
}

function None(): JSX.Element {
  return (
    <div class="empty">
      <Icon name="file" />
      <h3>{t('No files yet')}</h3>
      <p>{t('Drop some here, or choose them. Everybody in the room can get them.')}</p>
    </div>
  )
}

function propsOf({ document, name, type, sizeBytes }: FileInfo) {
  return { document, name, type, sizeBytes }
}

function aboutOf({ authorName, timeMs, version, versions }: FileInfo): string {
  const which = versions > 1 ? [t('version {{version}} of {{versions}}', { version, versions })] : []
  return [authorName, shortTime(timeMs, Date.now()), ...which].join(' · ')
}
