/** What all nodes of a room must agree on: the kinds of its own documents, and its limits. It is specified in README.md. */
export * from './constants.ts'
