/** What the states of all apps have in common. It is specified in README.md; each built-in app has a folder of its own. */
export * from './constants.ts'
