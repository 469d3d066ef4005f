/**
 * Acts that are void here because of others, and so are not kept. Acts that take from each other in a circle all count, but
 * each of them may be void as long as one of the circle is missing: so those that were refused are looked at again together
 * with the next ones. Otherwise nodes that were sent the same acts one by one, in another order, would never agree.
 */
import { DEVICE_KIND, ROLE_KIND, WITHDRAW_KIND, ACCEPT_KIND, OWNER_KIND } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import type { AccessControl } from './access/access-control.ts'
import { actOf } from './access/acts.ts'
import { ancestorsOf } from './ancestors.ts'
import { MAX_CONTESTED, MAX_CONTESTED_BYTES } from './constants.ts'

/** What takes from others, or gives them what they act with. */
const KEPT_KINDS: readonly string[] = [ROLE_KIND, DEVICE_KIND, WITHDRAW_KIND]

/** What may make an act count again that is void. */
const DECIDING_KINDS: readonly string[] = [...KEPT_KINDS, ACCEPT_KIND, OWNER_KIND]

export class Contested {
  /** Acts with what only they need, each after its ancestors; the oldest first. In memory only: neighbours send them again. */
  #documents = new Map<DocumentId, Document>()

  /** Those to look at again beside documents that arrive. */
  beside(arrived: readonly Document[]): Document[] {
    if (this.#documents.size === 0 || !arrived.some(({ kind }) => DECIDING_KINDS.includes(kind))) return []
    const ids = new Set(arrived.map(({ id }) => id))
    return [...this.#documents.values()].filter(({ id }) => !ids.has(id))
  }

  accepted(documents: readonly Document[]): void {
    if (this.#documents.size > 0) for (const { id } of documents) this.#documents.delete(id)
  }

  /** Notes documents, in order, that were refused or have left. Acts of strangers are none of those. */
  refused(documents: readonly Document[], control: AccessControl | undefined): void {
    if (control === undefined || !documents.some(({ kind }) => KEPT_KINDS.includes(kind))) return
    const authors = new Set(control.authors())
    const needed = new Set<DocumentId>()
    const found: Document[] = []
    for (const document of documents.toReversed()) {
      const isAct = KEPT_KINDS.includes(document.kind) && actOf(document) !== undefined && authors.has(document.author)
      if (!isAct && !needed.has(document.id)) continue
      found.unshift(document)
      for (const id of ancestorsOf(document)) needed.add(id)
    }
    for (const document of found) this.#documents.set(document.id, document)
    this.#shrink()
  }

  #shrink(): void {
    let sizeBytes = [...this.#documents.values()].reduce((sum, { block }) => sum + block.length, 0)
    for (const [id, { block }] of this.#documents) {
      if (this.#documents.size <= MAX_CONTESTED && sizeBytes <= MAX_CONTESTED_BYTES) return
      this.#documents.delete(id)
      sizeBytes -= block.length
    }
  }
}
