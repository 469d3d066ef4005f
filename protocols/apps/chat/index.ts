/** What all nodes must agree on in a chat: its kind of document, and its limits. It is specified in README.md. */
export * from './constants.ts'
