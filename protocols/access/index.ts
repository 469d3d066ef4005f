/** Who may write in a room with members: what all its nodes must agree on. It is specified in README.md. */
export * from './constants.ts'
