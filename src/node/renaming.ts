/** Gives a running node another name. */
import { MAX_AUTHOR_NAME_BYTES } from '../../protocols/room/constants.ts'
import { newTypedName } from '../names.ts'
import type { NodeCore } from './core.ts'
import { rememberName } from './data-folder.ts'
import type { LocalNodeInit } from './local-node-init.ts'

/** Throws a KithError `bad-name` or `disk-full`; the node has the name that it had, then. */
export async function rename(
  text: string,
  { person, dataDir }: Pick<LocalNodeInit, 'person' | 'dataDir'>,
  core: Pick<NodeCore, 'command'>,
): Promise<void> {
  const name = newTypedName(text, MAX_AUTHOR_NAME_BYTES, "a node's")
  await rememberName(dataDir, name)
  person.nodeName = name
  await core.command({ type: 'introduce' })
}
