/** How private rooms keep what is said in them from everybody else. It is specified in README.md. */
export * from './constants.ts'
export { boxKeyOf, openWith, sealTo, type BoxKey, type SealingContext } from './hpke.ts'
export {
  EpochKey,
  inviteBoxSecret,
  keyIdOf,
  openFor,
  randomBytesOf,
  type KeyId,
  type SealedPlace,
} from './epoch-key.ts'
export { packContent, unpackContent, type SealedContent } from './sealed-content.ts'
