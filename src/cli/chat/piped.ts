/** Lines of a pipe as messages. */
import { grouped } from '../../grouped.ts'
import type { Context } from '../context.ts'
import { EXIT_WRONG_USE, FailedError, failureOf, UsageError } from '../exit.ts'
import { utf8Lines } from '../standard-input.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from '../text.ts'

/** Sends each line that a room can take. Throws a FailedError if one was not taken. */
export async function sendPiped(
  context: Context,
  stdin: Terminal['stdin'],
  say: (line: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let notSent = 0
  let number = 0
  for await (const line of utf8Lines(stdin, signal)) {
    number++
    if (line?.trim() === '') continue
    try {
      if (line === undefined) throw new UsageError('it has bytes that are not UTF-8')
      await say(line)
    } catch (error) {
      const { exitCode, message } = failureOf(error, context.command('start'))
      // Only this line is at fault.
      if (exitCode !== EXIT_WRONG_USE) throw error
      notSent++
      context.output.note(`kith: line ${number} was not sent: ${message}`)
    }
  }
  if (notSent > 0) throw new FailedError(`${counted(notSent, 'line')} of ${grouped(number)} could not be sent.`)
}
