/** What the built-in apps offer, by app. Written by `npm run generate` from src/apps. */
import type { CommandDescriptions } from '../kith.ts'

export const builtInOffers: Readonly<Record<string, CommandDescriptions>> = {
  chat: {
    send: {
      summary: 'say something in a chat room',
      description: 'say something in a chat room; returns once it is safe on the disk',
      args: [
        { name: 'text', description: 'what to say', type: 'words' },
        { name: 'replyTo', description: 'the message that it answers', option: '--reply <message>' },
      ],
      prints: 'nothing',
      examples: [
        ['kith send Kitchen "hello"', ''],
        ['kith send Kitchen the kettle is on', 'words need no quotes'],
        ['kith send Kitchen - < notes.txt', 'all of standard input, as one message'],
        ['kith send Kitchen -- -1 is a number', 'put -- before a text that begins with "-"'],
        ['kith send Kitchen --reply x7k2m9 in the garden', 'an answer to a message: kith read --ids shows their ids'],
        ['kith send Kitchen @Anna have you seen it?', 'Anna is told that it is for her'],
      ],
      notes: ['Peers that are offline get it when they come back.'],
    },
  },
  map: {
    put: {
      summary: 'set a key of a map room',
      description: 'set a key of a map room to a JSON value, or to a text if it is not JSON',
      args: [
        { name: 'key', description: 'what to set' },
        { name: 'value', description: 'what to set it to', type: 'json' },
        {
          name: 'fence',
          type: 'number',
          option: '--fence <n>',
          description: 'of a lock: what has a lower one, or none, changes the key no more',
        },
      ],
      prints: 'nothing',
      examples: [
        ['kith put Stock apples 3', 'store a number'],
        ['kith put Stock owner Alice', 'store a text'],
        ['kith put Stock code \'"007"\'', 'a text that looks like JSON: put JSON quotes inside shell quotes'],
        ['kith put Stock pears \'{"green": 2, "red": 1}\'', 'any JSON'],
        ['kith put Stock list - < list.json', 'from standard input; \'"-"\' is a dash'],
        ['kith put Stock count 7 --fence $KITH_FENCE', 'with a lock: see kith lock run'],
      ],
    },
    get: {
      summary: 'print the value of a key of a map room',
      description: 'print the value of a key of a map room: a text as it is, anything else as JSON',
      args: [{ name: 'key', description: 'what to look up' }],
      absent: 'has no key "{key}".',
      examples: [
        ['kith get Stock apples', ''],
        ['kith get Stock owner --json', 'print JSON, even for a text'],
      ],
      notes: ['Exits with 1 if there is no such key.'],
    },
    keys: {
      summary: 'list the keys of a map room, sorted',
      prints: 'names',
      notes: ['What cannot be seen in a key is shown as ⟨U+200B⟩, and can be given so to get, put and delete.'],
      examples: [['kith keys Stock', '']],
    },
    entries: {
      summary: 'list the keys of a map room with their values',
      description: 'list the keys of a map room, sorted, each with its value and who wrote it last',
      prints: 'table',
      examples: [
        ['kith entries Stock', ''],
        ['kith entries Stock --json', 'with keys exactly as they are'],
      ],
    },
    changes: {
      summary: 'list what a key of a map room was set to',
      description: 'list what a key of a map room was set to, oldest first, with when and by whom',
      args: [{ name: 'key', description: 'what to look up' }],
      prints: 'table',
      examples: [['kith changes Stock apples', '']],
      notes: ['Looks at the newest 4,000 documents of the room, and lists the newest 1,000 changes.'],
    },
    delete: {
      summary: 'remove a key of a map room',
      args: [
        { name: 'key', description: 'what to remove' },
        {
          name: 'fence',
          type: 'number',
          option: '--fence <n>',
          description: 'of a lock: what has a lower one, or none, changes the key no more',
        },
      ],
      prints: 'nothing',
      examples: [['kith delete Stock apples', '']],
    },
  },
  directory: {},
}
