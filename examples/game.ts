/** Noughts and crosses for two. Whoever plays first is X; every node ignores moves that the rules do not allow. */
import { createNode, defineApp, json, KithError } from '@kith-p2p/kith'

interface Game {
  /** Peer ids: X, then O. */
  players: readonly string[]
  /** Row by row. */
  cells: readonly ('X' | 'O' | '.')[]
}

const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const ROWS = [CELLS.slice(0, 3), CELLS.slice(3, 6), CELLS.slice(6)]
const LINES = [...ROWS, [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]]

function winnerOf({ cells }: Game): string | undefined {
  return ['X', 'O'].find((mark) => LINES.some((line) => line.every((cell) => cells[cell] === mark)))
}

/** The game after a move; the same game if the move is not allowed. */
function play(game: Game, cell: number, player: string): Game {
  const { players, cells } = game
  const turn = cells.filter((mark) => mark !== '.').length % 2
  const isTheirTurn = players[turn] === player || (players.length === turn && !players.includes(player))
  if (!isTheirTurn || cells[cell] !== '.' || winnerOf(game) !== undefined) return game
  return {
    players: players.includes(player) ? players : [...players, player],
    cells: cells.with(cell, turn === 0 ? 'X' : 'O'),
  }
}

export const game = defineApp({
  name: 'noughts-and-crosses',
  initial: (): Game => ({ players: [], cells: CELLS.map(() => '.') }),
  kinds: {
    /** A cell, from 0 to 8. */
    move: json((value) => CELLS.find((cell) => cell === value)),
  },
  reduce: (state, { value: cell, author }) => play(state, cell, author),

  commands: {
    /** Plays a cell, from 1 to 9. */
    async play(room, cell: number) {
      if (play(room.state, cell - 1, room.self) === room.state) {
        throw new KithError('noughts-and-crosses/not-allowed', `you cannot play ${cell} now`)
      }
      return room.update('move', cell - 1)
    },
    board: ({ state: { cells } }) => ROWS.map((row) => row.map((cell) => cells[cell]).join(' ')),
    winner: (room) => winnerOf(room.state),
  },
  offers: {
    play: {
      summary: 'play a cell',
      args: [{ name: 'cell', description: 'from 1 to 9, row by row', type: 'number' }],
      prints: 'nothing',
    },
    board: { summary: 'show the board', prints: 'lines' },
    winner: { summary: 'say who has won', absent: 'is still played, or has no winner.' },
  },

  message: ({ value: cell }) => `plays ${cell + 1}`,
  sample: ({ random }) => ({ kind: 'move', value: Math.floor(random() * CELLS.length) }),
})

if (import.meta.main) {
  const node = await createNode({ dataDir: ':memory:', apps: [game] })
  const room = await node.rooms.create({ name: 'A game', app: game })
  await room.play(5)
  for (const line of room.board()) console.log(line)
  await node.stop()
}
