/** What the devices of one person tell each other, in a private room of their own. It is specified in README.md. */
export * from './constants.ts'
