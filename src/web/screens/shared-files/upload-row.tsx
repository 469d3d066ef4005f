/** A file on its way to the node. */
import type { JSX } from 'preact'
import { Icon } from '../../parts/icon.tsx'
import { progressWords, sizeWords } from '../../parts/sizes.ts'
import { cancel, canShareAgain, shareAgain, uploads, type Upload } from '../../state/uploads.ts'
import { t } from '../../language/language.ts'

/** All of a room. */
export function Uploads({ room }: { room: string }): JSX.Element | null {
  const ofRoom = uploads.value.filter((each) => each.room === room)
  if (ofRoom.length === 0) return null
  return (
    <ul class="uploads" aria-label={t('Files being shared')}>
      {ofRoom.map((upload) => (
        <UploadRow key={upload.key} upload={upload} />
      ))}
    </ul>
  )
}

function UploadRow({ upload }: { upload: Upload }): JSX.Element {
  const { key, name, type, sizeBytes, sentBytes, bytesPerSecond, state, reason } = upload
  const isAllSent = state === 'sending' && sentBytes === sizeBytes
  const words =
    state === 'waiting'
      ? sizeWords(sizeBytes)
      : isAllSent
        ? t('All of it is here, and is about to be shared')
        : progressWords(sentBytes, sizeBytes, bytesPerSecond)
  return (
    <li class="file">
      <div class="file-line">
        <Icon name={type} />
        <span class="file-words">
          <bdi class="file-name">{name}</bdi>
          {state !== 'failed' && <small>{words}</small>}
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label={t('Do not share {{name}}', { name })}
          onClick={() => cancel(key)}
        >
          <Icon name="close" />
        </button>
      </div>
      {state === 'sending' && (
        <div class="file-progress">
          <progress max={Math.max(1, sizeBytes)} value={sentBytes} aria-label={t('Sharing {{name}}', { name })} />
        </div>
      )}
      {state === 'failed' && (
        <p class="problem" role="alert">
          {t('Not shared. {{reason}}', { reason: reason ?? '' })}{' '}
          {canShareAgain(key) && (
            <button type="button" class="link" onClick={() => shareAgain(key)}>
              {t('Try again')}
            </button>
          )}
        </p>
      )}
    </li>
  )
}
