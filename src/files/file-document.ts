/**
 * A document of kind `file` says that a file or folder belongs to a room: it links to the root of
 * its UnixFS DAG, and its body has what a list shows without a block of it.
 */
import { encode } from '@ipld/dag-cbor'
import { FILE_KIND, MAX_FILE_NAME_BYTES } from '../../protocols/file/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { decodeExact } from '../apps/cbor.ts'
import { flawOf } from './file-name.ts'

/** The longest name, the keys, the type and the size have fewer; longer bodies are not decoded. */
const MAX_BODY_BYTES = MAX_FILE_NAME_BYTES + 64

/** What a document says of its file. */
export interface FileDescription {
  /** The last part of a path, safe on every system. */
  name: string
  type: 'file' | 'folder'
  /** Bytes of the file, or of all files in the folder. */
  sizeBytes: number
}

/** Body of a document of a file: a dag-cbor map. */
export function fileBody({ name, type, sizeBytes }: FileDescription): Uint8Array {
  return encode({ name, type, size: sizeBytes })
}

/** The file that a document links to; undefined where it is no document of a file. */
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
  const codec = codecOf(id)
  const isUnixFs = codec === 'dag-pb' || (codec === 'raw' && description.type === 'file')
  return isUnixFs ? { id, ...description } : undefined
}

/** Reads what `fileBody` wrote; undefined for anything else, also where it says the same otherwise. */
function decodeBody(body: Uint8Array): FileDescription | undefined {
  if (body.length > MAX_BODY_BYTES) return undefined
  try {
    const { name, type, size: sizeBytes } = decodeExact<Record<string, unknown>>(body)
    if (typeof name !== 'string' || flawOf(name) !== undefined) return undefined
    if (type !== 'file' && type !== 'folder') return undefined
    if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return undefined
    const description: FileDescription = { name, type, sizeBytes }
    return Buffer.compare(fileBody(description), body) === 0 ? description : undefined
  } catch {
    return undefined
  }
}
