/** What users of the package can import: the entries of `exports` in package.json that hold code. */
import { globSync, readFileSync } from 'node:fs'

/** One entry of the package. */
export interface PackageEntry {
  /** As in `exports`, such as `./protocols/wire`. */
  subpath: string
  /** Its declarations in dist/. */
  types: string
}

/** The entries, with those that `exports` names by a pattern spelled out. */
export function packageEntries(): PackageEntry[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { types: string }>
  }
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return []
    return subpath.includes('*') ? matching(subpath, target.types) : [{ subpath, types: target.types }]
  })
}

function matching(subpath: string, types: string): PackageEntry[] {
  const [before = '', after = ''] = types
    .replace('./dist/', '')
    .replace(/\.d\.ts$/, '.ts')
    .split('*')
  // As in `exports`, a star stands for folders within folders, too.
  return globSync(`${before}**${after}`)
    .toSorted()
    .map((source) => source.slice(before.length, source.length - after.length))
    .map((name) => ({ subpath: subpath.replace('*', name), types: types.replace('*', name) }))
}
