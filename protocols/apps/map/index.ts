/** What all nodes must agree on in a map: its kinds of documents, and its limits. It is specified in README.md. */
export * from './constants.ts'
