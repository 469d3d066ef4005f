/** Noughts and crosses for two. Whoever plays first has X; a move that the rules do not allow is ignored on every node. */
import { createNode, defineApp, json, KithError } from 'kith'

interface Game {
  /** Peer ids: X, then O. */
  players: readonly string[]
  /** Row by row: `X`, `O`, or `.` where nobody has played. */
  cells: string
}

const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const LINES = ['012', '345', '678', '036', '147', '258', '048', '246']

function winnerOf(cells: string): string | undefined {
  return ['X', 'O'].find((mark) => LINES.some((line) => [...line].every((cell) => cells[Number(cell)] === mark)))
}

/** The game after a move; the same one where the move is not allowed. */
function play(game: Game, cell: number, player: string): Game {
  const { players, cells } = game
  const turn = [...cells].filter((mark) => mark !== '.').length % 2
  const isTheirTurn = players[turn] === player || (players.length === turn && !players.includes(player))
  if (!isTheirTurn || cells[cell] !== '.' || winnerOf(cells) !== undefined) return game
  return {
    players: players.includes(player) ? players : [...players, player],
    cells: cells.slice(0, cell) + (turn === 0 ? 'X' : 'O') + cells.slice(cell + 1),
  }
}

export const game = defineApp({
  name: 'noughts-and-crosses',
  initial: (): Game => ({ players: [], cells: '.........' }),
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
    board: ({ state: { cells } }) => [0, 3, 6].map((start) => [...cells.slice(start, start + 3)].join(' ')),
    winner: (room) => winnerOf(room.state.cells),
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
