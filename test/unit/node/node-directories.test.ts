/** What a node's own writes in directories come to: nothing is lost in silence. */
import { describe, expect, it } from 'vitest'
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import type { DirectoryWingEvent } from '../../../src/machine/directory/wing.ts'
import type { NodeCore } from '../../../src/node/core.ts'
import { NodeDirectories } from '../../../src/node/node-directories.ts'
import { signerOf } from '../room/history.ts'

const ROOM = documentIdOfDigest(new Uint8Array(32))

type Outcome = DirectoryWingEvent['event']

/** A node whose machine says at once what became of a task. */
function nodeThatSays(outcome: (task: number) => Outcome): NodeDirectories {
  const command: NodeCore['command'] = (given) => {
    const { task } = given as { task: number }
    directories.handle({ type: 'directory', event: outcome(task) })
    return Promise.resolve({}) as never
  }
  const directories: NodeDirectories = new NodeDirectories({ command } as NodeCore, signerOf(0))
  return directories
}

describe('writing in a directory', () => {
  it('fails if no holder answered for some of it', async () => {
    const silent = nodeThatSays((task) => ({ type: 'placed', task, copies: 0, refused: 0 }))
    await expect(silent.place(ROOM, [])).rejects.toMatchObject({
      code: 'no-answer',
      message: expect.stringContaining('did not answer: try again') as string,
    })
  })

  it('tells how many have it, and how much they refused', async () => {
    const refusing = nodeThatSays((task) => ({ type: 'placed', task, copies: 0, refused: 2 }))
    await expect(refusing.place(ROOM, [])).resolves.toMatchObject({ copies: 0, refused: 2 })
    const taking = nodeThatSays((task) => ({ type: 'placed', task, copies: 3, refused: 0 }))
    await expect(taking.place(ROOM, [])).resolves.toMatchObject({ copies: 3 })
  })

  it('fails if too much is under way already', async () => {
    const busy = nodeThatSays((task) => ({ type: 'too-many', task }))
    await expect(busy.place(ROOM, [])).rejects.toMatchObject({ code: 'too-many' })
  })
})
