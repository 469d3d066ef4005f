/** What an input says as bytes, so that the same can be recognised when it comes again. */
import type { InputOf } from './io.ts'
import type { WingDefinitions } from './wings.ts'

/** Says nothing of who sent it: another peer may pass on the same. */
export function contentOf(input: InputOf<{ type: string }>, definitions: WingDefinitions): Uint8Array[] {
  if (input.type === 'gossip') return [Buffer.from(`gossip ${input.room}`), input.document.block]
  if (input.type === 'command') return [Buffer.from(`command ${input.command.type}`)]
  const { protocol, input: inner } = input
  const name = Buffer.from(`${protocol} ${inner.type}`)
  if (inner.type === 'timer') return [name, Buffer.from(JSON.stringify(inner.timer))]
  if (inner.type !== 'records') return [name, Buffer.from(inner.peer)]
  return [name, ...(definitions[protocol]?.codec.encodeFrames(inner.records) ?? [])]
}
