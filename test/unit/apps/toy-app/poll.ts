/** An app as one would add it: what people are for. The newest vote of each counts. */
import { defineApp } from '../../../../src/apps/define-app.ts'
import { text } from '../../../../src/apps/kinds.ts'
import { KithError } from '../../../../src/kith.ts'

/** What each author is for. */
type Votes = Readonly<Record<string, string>>

interface Count {
  choice: string
  votes: number
}

function countsOf(votes: Votes): Count[] {
  const counts = Map.groupBy(Object.values(votes), (choice) => choice)
  return [...counts].map(([choice, all]) => ({ choice, votes: all.length })).toSorted((a, b) => b.votes - a.votes)
}

export const poll = defineApp({
  name: 'poll',
  initial: (): Votes => ({}),
  kinds: { vote: text({ maxBytes: 100 }) },
  reduce: (votes, { author, value }) => ({ ...votes, [author]: value }),

  commands: {
    async vote(room, choice: string) {
      if (room.state[room.self] === choice) throw new KithError('poll/voted', `you are for ${choice} already`)
      return room.update('vote', choice)
    },
    count: (room) => countsOf(room.state),
    winner: (room) => countsOf(room.state)[0]?.choice,
  },
  offers: {
    vote: {
      summary: 'say what you are for',
      args: [{ name: 'choice', description: 'what you are for', type: 'words' }],
      prints: 'nothing',
    },
    count: { summary: 'show what people are for', prints: 'table' },
    winner: { summary: 'what most people are for', absent: 'has no votes.' },
  },

  message: ({ value }) => `is for ${value}`,
  sample: ({ random }) => ({ kind: 'vote', value: random() < 0.5 ? 'soup' : 'cake' }),
})
