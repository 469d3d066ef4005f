/** The picture of a person. */
import type { JSX } from 'preact'
import { hueOf } from '../../key-hash.ts'
import { patternOf } from './look.ts'

/** Says nothing to screen readers, as the name stands beside it. */
export function Avatar({ of: key, isSmall = false }: { of: string; isSmall?: boolean }): JSX.Element {
  return (
    <svg class={`avatar${isSmall ? ' avatar-small' : ''}`} style={hueStyle(key)} viewBox="0 0 9 9" aria-hidden="true">
      {patternOf(key).map(([column, row]) => (
        <rect key={`${column} ${row}`} x={column + 2} y={row + 2} width="1.02" height="1.02" />
      ))}
    </svg>
  )
}

/** For whatever has the colour of a person. */
export function hueStyle(key: string): Record<string, string> {
  return { '--hue': String(hueOf(key)) }
}
