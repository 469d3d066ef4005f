/** A drawing of who is connected to whom, as far as this node knows. The list below it says the same in words. */
import type { JSX } from 'preact'
import type { NodeStatus, PeerInfo } from '../../../kith.ts'
import { hueStyle } from '../../parts/avatar.tsx'
import { patternOf } from '../../parts/look.ts'
import { layoutOf, SIZE, type Dot, type Line } from './layout.ts'
import { useMoving } from './moving.ts'
import { nameOfPeer } from './peer-name.ts'
import { t } from '../../language/language.ts'

/** With more, names would lie on top of each other. */
const MAX_NAMED = 16
const MAX_NAME_CHARACTERS = 16
const BIG = { self: 44, connected: 34, heard: 20 } as const
/** How far, as a part of the length. */
const BEND = 0.25
const SMALL = { self: 40, connected: 18, heard: 12 } as const

export function Drawing({ node, peers }: { node: NodeStatus; peers: readonly PeerInfo[] }): JSX.Element {
  const { dots, lines, leftOut } = layoutOf(node.peer, node.name, peers)
  const moving = useMoving(dots)
  const places = new Map(moving.map((dot) => [dot.peer, dot]))
  const isCrowded = dots.length > MAX_NAMED
  const connected = dots.filter(({ kind }) => kind === 'connected').map(nameOfPeer)
  const label =
    connected.length === 0
      ? t('A drawing of this node, which is not connected to anybody')
      : t('A drawing of this node, which is connected to {{names}}; the list below says more', {
          names: connected.join(', '),
        })
  return (
    <figure class="drawing">
      <svg viewBox={`${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`} role="img" aria-label={label}>
        {lines.map((line) => (
          <Link key={`${line.from} ${line.to}`} line={line} places={places} />
        ))}
        {moving.map((dot) => (
          <DotMark key={dot.peer} dot={dot} isCrowded={isCrowded} />
        ))}
      </svg>
      <figcaption>
        <small>
          {lines.some(({ kind }) => kind === 'heard')
            ? t('A dotted line is what somebody said: that they are connected.')
            : t('Each line is a connection of this node.')}{' '}
          {leftOut > 0 && t('{{count}} more are not drawn.', { count: leftOut })}
        </small>
      </figcaption>
    </figure>
  )
}

function Link({ line, places }: { line: Line; places: ReadonlyMap<string, Dot> }): JSX.Element | null {
  const [from, to] = [places.get(line.from), places.get(line.to)]
  if (from === undefined || to === undefined) return null
  return <path class={`edge edge-${line.kind}`} d={`M${from.x} ${from.y}Q${bendOf(line, from, to)} ${to.x} ${to.y}`} />
}

/** Links of others bend away from the middle, so that they lie on none of this node's own. */
function bendOf({ kind }: Line, from: Dot, to: Dot): string {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  if (kind !== 'heard') return `${middle.x} ${middle.y}`
  const aside = { x: from.y - to.y, y: to.x - from.x }
  const side = aside.x * middle.x + aside.y * middle.y < 0 ? -BEND : BEND
  return `${middle.x + side * aside.x} ${middle.y + side * aside.y}`
}

function DotMark({ dot, isCrowded }: { dot: Dot; isCrowded: boolean }): JSX.Element {
  const { peer, kind, x, y } = dot
  const side = (isCrowded ? SMALL : BIG)[kind]
  const isNamed = kind === 'self' || !isCrowded
  return (
    <g class={`dot-mark dot-mark-${kind}`} style={hueStyle(peer)} transform={`translate(${x} ${y})`}>
      <rect class="dot-ground" x={-side / 2} y={-side / 2} width={side} height={side} rx={side * 0.32} />
      <g class="dot-pattern" transform={`scale(${side / 9}) translate(-4.5 -4.5)`}>
        {patternOf(peer).map(([column, row]) => (
          <rect key={`${column} ${row}`} x={column + 2} y={row + 2} width="1.02" height="1.02" />
        ))}
      </g>
      {isNamed && (
        <text y={side / 2 + 14} text-anchor="middle">
          {shortened(nameOfPeer(dot))}
        </text>
      )}
    </g>
  )
}

function shortened(name: string): string {
  const characters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment)
  return characters.length <= MAX_NAME_CHARACTERS ? name : `${characters.slice(0, MAX_NAME_CHARACTERS - 1).join('')}…`
}
