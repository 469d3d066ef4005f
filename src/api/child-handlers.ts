/** The implementation of the calls about rooms below others. */
import type { KithNode } from '../kith.ts'
import type { ChildOutputs } from './child-calls.ts'
import type { ApiInput } from './contract.ts'
import { given } from './given.ts'

type ChildHandlers = {
  [Name in keyof ChildOutputs]: (input: ApiInput<Name>) => ChildOutputs[Name] | Promise<ChildOutputs[Name]>
}

export function childHandlers({ rooms }: KithNode): ChildHandlers {
  return {
    'children.list': ({ room, ...options }) => rooms.get(room).children.list(given(options)),
    'children.tree': ({ room }) => rooms.get(room).children.tree(),
    'children.follow': async ({ path, peers }) => {
      const { parent, child } = rooms.child(path)
      const { id } = await parent.children.follow(child.id, given({ peers }))
      return rooms.get(id).details()
    },
    'children.unfollow': ({ path, ...options }) => {
      const { parent, child } = rooms.child(path)
      return parent.children.unfollow(child.id, given(options))
    },
    'threads.about': ({ room, messages }) => rooms.get(room).children.about(messages),
    'threads.start': ({ room, message, ...options }) => rooms.get(room).children.startThread(message, given(options)),
  }
}
