/** What all nodes must agree on about shared files and folders. It is specified in README.md. */
export * from './constants.ts'
export * from './sealed-block.ts'
