/** The implementation of the calls about directories. */
import type { KithNode } from '../kith.ts'
import type { ApiInput } from './contract.ts'
import type { DirectoryOutputs } from './directory-calls.ts'
import { given } from './given.ts'

type DirectoryHandlers = {
  [Name in keyof DirectoryOutputs]: (input: ApiInput<Name>) => Promise<DirectoryOutputs[Name]>
}

export function directoryHandlers({ rooms }: KithNode): DirectoryHandlers {
  return {
    'directory.add': ({ room, text, link }) => rooms.get(room).directory.add(text, given({ link })),
    'directory.find': ({ room, prefix, ...options }) => rooms.get(room).directory.find(prefix, given(options)),
    'directory.remove': ({ room, text, author }) => rooms.get(room).directory.remove(text, given({ author })),
  }
}
