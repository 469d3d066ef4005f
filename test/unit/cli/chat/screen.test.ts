import { expect, test } from 'vitest'
import { MAX_HELD_ROWS, Screen } from '../../../../src/cli/chat/screen.ts'
import { Output } from '../../../../src/cli/terminal.ts'
import { FakeTerminal } from '../fake-terminal.ts'

test('what comes while something else has the screen follows, up to a limit, and the newest counts', () => {
  const terminal = new FakeTerminal({}, true)
  const screen = new Screen(terminal, new Output(terminal, false))
  screen.print('before')
  screen.hold()
  for (let i = 1; i <= MAX_HELD_ROWS + 2; i++) screen.print(`row ${i}.`)
  expect(terminal.out).toBe('before\n')
  screen.release()
  const rows = terminal.out.trimEnd().split('\n')
  expect(rows.slice(0, 3)).toEqual(['before', '… 2 rows more came meanwhile: Page Up shows them', 'row 3.'])
  expect(rows.at(-1)).toBe(`row ${MAX_HELD_ROWS + 2}.`)
})
