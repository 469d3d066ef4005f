/** A member writes documents that link to thousands of blocks which nobody has: each link is looked for. */
import { MAX_LINKS } from '../../../protocols/document/constants.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { Attack } from './attack.ts'
import { sendChain } from './chain.ts'

/** 51,200 links, where one costs some kilobytes if it is looked for. */
export const ROOTS_DOCUMENTS = 200
const AT_ONCE = 40

export const roots: Attack = {
  name: 'roots',
  run: (target) =>
    sendChain(target, ROOTS_DOCUMENTS, AT_ONCE, ({ signer }, seq) => ({
      links: Array.from({ length: MAX_LINKS }, (_, i) =>
        blockIdOf('raw', new TextEncoder().encode(`${signer.author} ${seq} ${i}`)),
      ),
    })),
}
