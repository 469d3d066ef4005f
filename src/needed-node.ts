/**
 * Refuses a Node that is too old for Kith. Imported first by the library, so that no other module runs before it
 * and fails at what that Node lacks.
 */

const NEEDED_MAJOR = 24

/** Throws an Error that says which Node is needed, if a version is older. */
export function requireNode(version: string): void {
  if (Number.parseInt(version) >= NEEDED_MAJOR) return
  throw new Error(`@kith-p2p/kith needs Node ${NEEDED_MAJOR} or newer, but this is Node ${version}`)
}

requireNode(process.versions.node)
