/** Sends the bytes of a file or folder to the node, as the browser reads them from the disk. */
import type { FileInfo } from '../../kith.ts'
import type { ErrorBody } from '../../api/errors.ts'
import { UPLOAD_PATH } from '../../api/paths.ts'
import { CallError } from './call.ts'
import { inWords } from './problems.ts'
import { loggedOut, sessionHeaders } from './session.ts'
import { t } from '../language/language.ts'

/** Where a file goes, and who is told how far it is. */
export interface UploadOptions {
  room: string
  name: string
  type: 'file' | 'folder'
  /** Aborting it ends the upload, of which nothing stays. */
  signal: AbortSignal
  onSent: (bytes: number) => void
}

/** Throws a CallError, also when the signal aborts. */
export function upload(content: Blob, { room, name, type, signal, onSent }: UploadOptions): Promise<FileInfo> {
  // `fetch` does not tell how much has been sent.
  const request = new XMLHttpRequest()
  const query = new URLSearchParams({ room, name, type })
  request.open('POST', `${UPLOAD_PATH}?${query}`)
  const headers = { 'content-type': 'application/octet-stream', ...sessionHeaders() }
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
  return new Promise((resolve, reject) => {
    const noAnswer = (): void => reject(new CallError('no-answer', t('The node did not take all of it.')))
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded))
    request.addEventListener('error', noAnswer)
    request.addEventListener('abort', noAnswer)
    request.addEventListener('load', () => {
      try {
        const answer = JSON.parse(request.responseText) as FileInfo | ErrorBody
        if (!('error' in answer)) resolve(answer)
        else {
          if (request.status === 401) loggedOut(inWords(answer.error))
          reject(new CallError(answer.error.code, answer.error.message))
        }
      } catch {
        noAnswer()
      }
    })
    signal.addEventListener('abort', () => request.abort())
    request.send(content)
  })
}
