/** `kith chat`: a conversation in a plain terminal, or lines read from a pipe. */
import type { Command } from 'commander'
import { ChatSession } from '../chat/chat-session.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { nameOf } from '../held-invite.ts'
import { addCommand, roomArgument } from '../program.ts'
import type { Run } from '../program.ts'
import { clean } from '../text.ts'

export function addChatCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'chat',
    summary: 'talk in a room',
    description: 'talk in a room: shows the newest messages and new ones, and sends what you type',
    examples: [
      ['kith chat Kitchen', ''],
      ['echo hello | kith chat Kitchen', 'send each line of a pipe, then end'],
    ],
    notes: [
      'While it runs: /members, /help, /quit. Page Up reads back, as far as the history goes, and q ends that.',
      'Below a message stand the threads about it; a line tells when one starts.',
      'A line tells who comes and who leaves; whoever is away for less than a minute has not left.',
      'In a browser: kith open.',
    ],
  })
    .addArgument(roomArgument())
    .action(run(chat))
}

async function chat(context: Context, reference: string): Promise<void> {
  const room = await context.call('rooms.show', { room: reference }, 'Opening the room')
  if (room.status === 'waiting')
    throw new FailedError(`The room is not open yet: waiting for ${clean(room.waitingFor)}.`)
  if (room.app === '' && room.access === 'private') {
    throw new FailedError(`${nameOf(room)} cannot be read here: it waits for ${clean(room.waitingFor)}.`)
  }
  if (room.app !== 'chat') throw new FailedError(`${clean(room.name)} is a ${clean(room.app)} room, which has no chat.`)
  const session = new ChatSession(context, room, reference)
  try {
    await session.run()
  } finally {
    session.end()
  }
}
