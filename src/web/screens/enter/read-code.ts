/** Reads a QR code from what a camera sees, or from a picture: by the browser if it can, else by a library that is loaded then. */
import { t } from '../../language/language.ts'

/** What browsers have on some systems. */
interface Detector {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>
}

declare const BarcodeDetector:
  { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> } | undefined

/** Longer sides are made shorter: a code in a photo is large, and reading takes long. */
const MAX_SIDE_PX = 1_280

/** The text of a code in a picture; undefined if none is found. */
export type ReadCode = (image: HTMLVideoElement | ImageBitmap) => Promise<string | undefined>

/** How codes are read here. */
export async function codeReader(): Promise<ReadCode> {
  const formats = typeof BarcodeDetector === 'undefined' ? [] : await BarcodeDetector.getSupportedFormats()
  if (typeof BarcodeDetector !== 'undefined' && formats.includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] })
    return async (image) => (await detector.detect(image))[0]?.rawValue
  }
  const { default: decode } = await import('qr/decode.js')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (image) => {
    const [width, height] = 'videoWidth' in image ? [image.videoWidth, image.videoHeight] : [image.width, image.height]
    if (context === null || width === 0 || height === 0) return undefined
    const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height))
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    try {
      return decode(context.getImageData(0, 0, canvas.width, canvas.height))
    } catch {
      // It says that there is none by an error.
      return undefined
    }
  }
}

/** The text of a code in a picture file. Throws an Error with a sentence for people. */
export async function codeInFile(file: File): Promise<string> {
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (picture === undefined) throw new Error(t('This file is no picture that the browser can show.'))
  const read = await codeReader()
  const text = await read(picture)
  picture.close()
  if (text === undefined)
    throw new Error(t('There is no QR code in this picture that can be read. Is all of it in it, and sharp?'))
  return text
}

/** Why a camera cannot be used, as a sentence for people. */
export function cameraProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError') {
    return t(
      'The browser may not use the camera. Allow it beside the address of this page, or choose a picture of the code.',
    )
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return t('There is no camera here. Choose a picture of the code.')
  }
  if (name === 'NotReadableError')
    return t('Another program uses the camera. Close that, or choose a picture of the code.')
  return t('The browser lends its camera to no page like this one. Choose a picture of the code.')
}
