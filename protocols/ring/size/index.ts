/** Estimates of how many nodes and items there are on the ring, each with its error. README.md says what they rest on. */
export { nodesInCommon, type Lists } from './capture-recapture.ts'
export { cutAt, itemsByDensity, nodesByDensity, type CountedPart, type Run } from './density.ts'
export { combined, type Estimate } from './estimate.ts'
