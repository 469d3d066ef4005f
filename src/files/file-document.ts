/**
 * A document of kind `file` shares a file or folder with a room. It links to the root of the UnixFS DAG,
 * and its body has everything that a list shows, so that listing needs no block of the file.
 */
import { encode } from '@ipld/dag-cbor'
import { FILE_KEY_BYTES, FILE_KIND, MAX_FILE_NAME_BYTES } from '../../protocols/file/constants.ts'
import { sealedCodecOf, type Sealing } from '../../protocols/file/sealed-block.ts'
import type { Document } from '../../protocols/document/document.ts'
import { blockIdOfBytes, bytesOfBlockId, codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { decodeExact } from '../apps/cbor.ts'
import { isGuestName } from '../guest-name.ts'
import { fileNameProblem } from './file-name.ts'

/** Longer bodies are not decoded: 200 bytes are more than all but the name can take. */
const MAX_BODY_BYTES = MAX_FILE_NAME_BYTES + 200

/** The description of a file in its document. */
export interface FileDescription {
  /** The last part of a path, valid on every system. */
  name: string
  type: 'file' | 'folder'
  /** Bytes of the file, or of all files in the folder. */
  sizeBytes: number
  /** Set if a guest of the author's node shared it. */
  guest?: string
  /** Set if its blocks are sealed. Whoever has it can read them: not for lists. */
  sealing?: Sealing
}

/** The body of a document that shares a file: a dag-cbor map. */
export function fileBody({ name, type, sizeBytes, guest, sealing }: FileDescription): Uint8Array {
  const sealed = sealing && { key: sealing.key, root: bytesOfBlockId(sealing.root) }
  return encode({ name, type, size: sizeBytes, ...(guest !== undefined && { guest }), ...sealed })
}

/** The file that a document shares; undefined if it is not a valid document of a file. */
export function fileOf({
  kind,
  links,
  body,
}: Pick<Document, 'kind' | 'links' | 'body'>): (FileDescription & { id: BlockId }) | undefined {
  const [link, ...others] = links
  if (kind !== FILE_KIND || link === undefined || others.length > 0) return undefined
  const id = parseBlockId(link)
  const description = decodeBody(body)
  if (id === undefined || description === undefined) return undefined
  const { type, sealing } = description
  const codec = codecOf(sealing?.root ?? id)
  const isUnixFs = codec === 'dag-pb' || (codec === 'raw' && type === 'file')
  const isFitting = sealing === undefined || sealedCodecOf(sealing.root) === codecOf(id)
  return isUnixFs && isFitting ? { id, ...description } : undefined
}

/** Decodes the result of `fileBody`; undefined for anything else, including other encodings of the same values. */
function decodeBody(body: Uint8Array): FileDescription | undefined {
  if (body.length > MAX_BODY_BYTES) return undefined
  try {
    const { name, type, size: sizeBytes, guest, key, root } = decodeExact<Record<string, unknown>>(body)
    if (typeof name !== 'string' || fileNameProblem(name) !== undefined) return undefined
    if (type !== 'file' && type !== 'folder') return undefined
    if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return undefined
    if (guest !== undefined && !isGuestName(guest)) return undefined
    const sealing = sealingOf(key, root)
    const by = guest === undefined ? {} : { guest }
    const description: FileDescription = { name, type, sizeBytes, ...by, ...(sealing && { sealing }) }
    return Buffer.compare(fileBody(description), body) === 0 ? description : undefined
  } catch {
    return undefined
  }
}

/** Undefined for anything but a key and a root; the body is not that of a file then, if it has one of them. */
function sealingOf(key: unknown, rootBytes: unknown): Sealing | undefined {
  if (!(key instanceof Uint8Array) || key.length !== FILE_KEY_BYTES || !(rootBytes instanceof Uint8Array))
    return undefined
  const root = blockIdOfBytes(rootBytes)
  return root && { key, root }
}
