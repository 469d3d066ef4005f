/** Reads an untrusted sealed DAG: what the blocks in it were before they were sealed. */
import { openBlock, SealedBlockError } from '../../protocols/file/sealed-block.ts'
import { inlineBlockOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { badFile, readNode, type DagLink, type DagNode } from './dag-node.ts'
import type { BlockSource, NodeSource } from './read-dag.ts'

/** The nodes of a DAG whose sealed blocks are in a source. Their links have a `sealedId`, as the link to the root must. */
export function sealedNodes(source: BlockSource, fileKey: Uint8Array): NodeSource {
  return {
    async node({ id, sealedId }) {
      if (sealedId === undefined) throw new TypeError('a link of a sealed DAG has two ids')
      if (inlineBlockOf(id) !== undefined) throw badFile(`${id} contains its block, which is not sealed`)
      const { block, children } = open(fileKey, id, { id: sealedId, block: await source.get(sealedId) })
      return withSealedIds(readNode(id, block), children, sealedId)
    },
  }
}

function open(fileKey: Uint8Array, id: BlockId, sealed: { id: BlockId; block: Uint8Array }) {
  try {
    return openBlock(fileKey, id, sealed)
  } catch (cause) {
    if (cause instanceof SealedBlockError) throw badFile(`block ${sealed.id} ${cause.message}`, { cause })
    throw cause
  }
}

function withSealedIds(node: DagNode, children: readonly BlockId[], id: BlockId): DagNode {
  const count = node.type === 'file' ? node.parts.length : node.links.length
  if (count !== children.length) throw badFile(`block ${id} does not have the links of what is sealed in it`)
  const sealed = <Link extends DagLink>(links: readonly Link[]): Link[] =>
    links.map((link, i) => ({ ...link, sealedId: children[i] }))
  return node.type === 'file' ? { ...node, parts: sealed(node.parts) } : { ...node, links: sealed(node.links) }
}
