/** `kith open`: a link to the page in the browser. */
import { Option } from 'commander'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { clockTime } from '../text.ts'

export function addOpenCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'open',
    summary: 'print a link to the page in the browser',
    description: 'print a link that logs a browser of this machine in to the page of the node, once',
    examples: [
      ['kith open', ''],
      ['kith open --only', 'and log out all other browsers, if somebody else may have used a link'],
    ],
    notes: [
      'The link holds for ten minutes and for one browser, which then stays logged in for 30 days after its last use.',
      'It is a secret: whoever opens it first, even another user of this machine, reads and writes in your name.',
    ],
  })
    .addOption(new Option('--only', 'also log out all browsers that are logged in'))
    .action(run(open))
}

async function open(context: Context, options: { only?: true }): Promise<void> {
  const link = await context.call('page.link', options, 'Asking the node')
  context.output.result(link, () => [link.url])
  if (!context.output.json) context.output.note(`It works once, until ${clockTime(link.expiresMs, Date.now())}.`)
}
