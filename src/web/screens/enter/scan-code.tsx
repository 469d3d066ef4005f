/** Takes an invite from a QR code that somebody shows: by a camera, or from a picture of it. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { reasonOf } from '../../connection/call.ts'
import { Dialog, Problem } from '../../parts/dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { cameraProblem, codeInFile, codeReader } from './read-code.ts'
import { t } from '../../language/language.ts'

/** Often enough for a hand that moves, and leaves a phone its battery. */
const LOOK_EVERY_MS = 200

/** Back cameras first, where there are several. */
const CAMERA = { video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false } as const

/** `onFound` is called once, with what the code says. */
export function ScanCode({ onFound }: { onFound: (text: string) => void }): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const found = (text: string): void => {
    setOpen(false)
    onFound(text)
  }
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        <Icon name="scan" />
        {t('Scan a code')}
      </button>
      {isOpen && <Scanner onFound={found} onClose={() => setOpen(false)} />}
    </>
  )
}

interface ScannerProps {
  onFound: (text: string) => void
  onClose: () => void
}

function Scanner({ onFound, onClose }: ScannerProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState('')
  const [isSeeing, setSeeing] = useState(false)
  useEffect(() => {
    const stop = new AbortController()
    void look(video, stop.signal, () => setSeeing(true)).then(
      (text) => text !== undefined && onFound(text),
      // What was wrong with a picture that was chosen meanwhile stays said.
      (error: unknown) => stop.signal.aborted || setProblem((said) => (said === '' ? cameraProblem(error) : said)),
    )
    return () => stop.abort()
  }, [])
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    try {
      onFound(await codeInFile(file))
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }
  return (
    <Dialog title={t('Scan a code')} onClose={onClose}>
      {problem === '' && (
        <>
          <p class="hint" role="status">
            {isSeeing ? t('Hold the code in front of the camera.') : t('Waiting for the camera…')}
          </p>
          <video ref={video} class="scan-view" muted playsInline aria-label={t('What the camera sees')} />
        </>
      )}
      <Problem text={problem} />
      <input
        ref={picker}
        type="file"
        accept="image/*"
        class="unseen"
        tabIndex={-1}
        aria-label={t('Picture of a code')}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <div class="buttons">
        <button type="button" class="quiet" onClick={onClose}>
          {t('Cancel')}
        </button>
        <button type="button" class="quiet" onClick={() => picker.current?.click()}>
          {t('From a picture')}
        </button>
      </div>
    </Dialog>
  )
}

/** Looks until there is a code, or the signal aborts. Rejects if there is no camera to look with. */
async function look(
  element: { current: HTMLVideoElement | null },
  signal: AbortSignal,
  onSeeing: () => void,
): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia(CAMERA)
  try {
    const read = await codeReader()
    const { current: video } = element
    if (video === null) return undefined
    video.srcObject = stream
    await video.play()
    onSeeing()
    while (!signal.aborted) {
      const text = await read(video)
      if (text !== undefined) return text
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    return undefined
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}
