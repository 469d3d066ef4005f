/** The first frame of a stream. */
import { checkForm } from './form.ts'
import { Hello, HelloForm } from './messages.ts'

/** Decodes a hello; throws on anything else. Skips unknown fields. */
export function decodeHello(frame: Uint8Array): Hello {
  checkForm(frame, HelloForm)
  return Hello.decode(frame)
}
