/** What the store keeps of documents with links. */
import type { Document } from '../../../protocols/document/document.ts'
import { ContentError, linksOfLink } from '../../../protocols/ensure-map/links.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { fileOf } from '../../files/file-document.ts'
import type { LinkingRow } from '../../store/blocks.ts'

/** What is stored about a document with links, so that it need not be decoded again. */
export function linkingRowOf(document: Document): LinkingRow {
  const { id, clock, author, timeMs } = document
  const links = fetchable(document)
  const file = fileOf(document)
  if (file === undefined) return { id, clock, links }
  const { id: root, ...said } = file
  return { id, clock, links, file: { root, ...said, author, timeMs } }
}

/** What can be fetched of a document's links. */
function fetchable({ links }: Document): BlockId[] {
  return links.flatMap((link) => {
    try {
      return linksOfLink(link)
    } catch (error) {
      if (error instanceof ContentError) return []
      throw error
    }
  })
}
