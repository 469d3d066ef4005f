/** The examples keep the promises of apps, and fold alike on nodes that a simulated network keeps apart. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { game } from '../../../examples/game.ts'
import { todo } from '../../../examples/todo.ts'
import { testApp } from '../../../src/testing.ts'
import { folded, updateOf } from './updates.ts'

it('the list keeps the promises of an app', () => {
  testApp(todo)
})

const cellsOf = (cells: string) => Array.from(cells)

describe('the game', () => {
  const [x, o, other] = ['x', 'o', 'other']
  const played = (...moves: [player: string, cell: number][]) =>
    folded(
      game.fold,
      moves.map(([author, cell], i) => updateOf('move', game.body('move', cell), { author, clock: 2 + i })),
    )

  it('keeps the promises of an app', () => {
    testApp(game)
    testApp(game, { updates: fc.constantFrom(...Array(9).keys()).map((value) => ({ kind: 'move' as const, value })) })
  })

  it('accepts the moves that the rules allow', () => {
    expect(played([x, 4], [o, 0], [x, 8])).toEqual({ players: [x, o], cells: cellsOf('O...X...X') })
  })

  it('ignores the others', () => {
    expect(played([x, 4], [x, 0])).toEqual({ players: [x], cells: cellsOf('....X....') })
    expect(played([x, 4], [o, 4])).toEqual({ players: [x], cells: cellsOf('....X....') })
    expect(played([x, 4], [o, 0], [other, 1])).toEqual({ players: [x, o], cells: cellsOf('O...X....') })
    const won = played([x, 0], [o, 3], [x, 1], [o, 4], [x, 2])
    expect(won.cells.join('')).toBe('XXXOO....')
    expect(played([x, 0], [o, 3], [x, 1], [o, 4], [x, 2], [o, 5])).toEqual(won)
    for (const cell of [-1, 9, 1.5, '4', null]) expect(() => game.body('move', cell)).toThrow('not valid')
  })
})
