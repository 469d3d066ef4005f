/** Pictures, sound and films in place. What they are the node tells by their content; nothing in them runs. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { FileLinkInfo } from '../../../api/page-calls.ts'
import type { FileInfo } from '../../../kith.ts'
import { Icon } from '../../parts/icon.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { askAgain } from '../../state/files.ts'
import { t } from '../../language/language.ts'
import { GROWN } from './grown.ts'
import { TextView } from './text-view.tsx'

/** Larger pictures take long to draw, and much memory; they are saved. */
const MAX_PICTURE_BYTES = 20 * 1024 * 1024

/** As many as a good camera has. A small file can say that it has very many more, and each takes 4 bytes as it is drawn. */
const MAX_PICTURE_PIXELS = 50_000_000

/** The document of what is played: one at a time, as each takes a connection of the few that a browser opens. */
const played = signal('')

export function Preview({ file, link }: { file: FileInfo; link: FileLinkInfo }): JSX.Element | null {
  const element = useRef<HTMLDivElement>(null)
  const kind = link.isText ? 'text' : link.type?.split('/')[0]
  const why = kind === 'image' ? whyNotDrawn(file, link) : ''
  const isShown = (kind === 'image' && why === '') || kind === 'audio' || kind === 'video' || kind === 'text'
  useLayoutEffect(() => void element.current?.dispatchEvent(new Event(GROWN, { bubbles: true })), [isShown])
  if (why !== '') return <p class="hint">{why}</p>
  if (!isShown) return null
  return (
    <div ref={element} class="preview">
      {kind === 'image' ? (
        <Picture key={link.path} file={file} path={link.path} />
      ) : kind === 'text' ? (
        <TextView key={link.path} file={file} path={link.path} />
      ) : (
        <Playable file={file} path={link.path} isFilm={kind === 'video'} />
      )}
    </div>
  )
}

/** Why a picture is only saved, in words; empty if it is shown. */
function whyNotDrawn({ sizeBytes }: FileInfo, { size }: FileLinkInfo): string {
  if (sizeBytes > MAX_PICTURE_BYTES) return t('This picture is too large to be shown here. Save it to see it.')
  if (size === null) return t('This picture does not say how large it is. Save it to see it.')
  if (size.width * size.height <= MAX_PICTURE_PIXELS) return ''
  return t('This picture would be drawn {{width, number}} by {{height, number}} pixels large. Save it to see it.', {
    width: size.width,
    height: size.height,
  })
}

function Picture({ file, path }: { file: FileInfo; path: string }): JSX.Element {
  const [isLarge, setLarge] = useState(false)
  const [isBroken, setBroken] = useState(false)
  const fail = (): void => {
    setBroken(true)
    // After a restart of the node it has another address.
    askAgain(file.document)
  }
  if (isBroken) return <p class="hint">{t('This picture cannot be shown.')}</p>
  const picture = (
    <img src={path} alt={t('Picture {{name}}', { name: file.name })} loading="lazy" decoding="async" onError={fail} />
  )
  return (
    <>
      <button
        type="button"
        class="picture"
        aria-label={t('Show {{name}} large', { name: file.name })}
        onClick={() => setLarge(true)}
      >
        {picture}
      </button>
      {isLarge && (
        <Dialog title={file.name} onClose={() => setLarge(false)} isWide>
          {picture}
          <form method="dialog" class="buttons">
            <button class="quiet">{t('Close')}</button>
          </form>
        </Dialog>
      )}
    </>
  )
}

function Playable({ file, path, isFilm }: { file: FileInfo; path: string; isFilm: boolean }): JSX.Element {
  const [isBroken, setBroken] = useState(false)
  const { document, name } = file
  if (isBroken) return <p class="hint">{t('This browser cannot play it.')}</p>
  if (played.value !== document) {
    return (
      <button
        type="button"
        class="quiet"
        aria-label={t('Play {{name}}', { name })}
        onClick={() => (played.value = document)}
      >
        <Icon name="play" />
        {t('Play')}
      </button>
    )
  }
  const fail = (): void => {
    setBroken(true)
    askAgain(document)
  }
  return isFilm ? (
    <video class="film" src={path} aria-label={name} controls autoPlay onError={fail} />
  ) : (
    <audio src={path} aria-label={name} controls autoPlay onError={fail} />
  )
}
