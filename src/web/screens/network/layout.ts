/** Where the peers are in the drawing of a network: those that are connected around this node, others outside of them. */
import type { PeerInfo } from '../../../kith.ts'

/** Of the drawing, which has its middle at 0, 0. */
export const SIZE = 400
const RADIUS = 140
/** Where others are outside of them. */
const INNER_RADIUS = 105
const OUTER_RADIUS = 168
/** More would be a blot; the list below the drawing has all. */
export const MAX_DRAWN = 48
export const MAX_HEARSAY = 24

export interface Dot {
  peer: string
  name: string | null
  /** `self`: this node; `connected`: to this node; `heard`: only others said that they are connected to it. */
  kind: 'self' | 'connected' | 'heard'
  x: number
  y: number
}

export interface Line {
  from: string
  to: string
  /** `own`: of this node, with something on its way if `busy`; `heard`: one of both said that it is connected to the other. */
  kind: 'own' | 'busy' | 'heard'
}

export interface Layout {
  dots: Dot[]
  lines: Line[]
  /** Connected peers that are not drawn. */
  leftOut: number
}

/** The same for the same peers, in whatever order they come, so that nothing moves unless something changed. */
export function layoutOf(self: string, selfName: string, peers: readonly PeerInfo[]): Layout {
  const connected = peers.filter((each) => each.connected).sort(byId)
  const drawn = connected.slice(0, MAX_DRAWN)
  const here = new Map(drawn.map((each) => [each.peer, each]))
  const heard = new Map<string, string | null>()
  for (const { introduced } of drawn) {
    for (const { peer, name } of introduced) if (peer !== self && !here.has(peer)) heard.set(peer, name)
  }
  const outer = [...heard].map(([peer, name]) => ({ peer, name })).sort(byId)
  const dots: Dot[] = [
    { peer: self, name: selfName, kind: 'self', x: 0, y: 0 },
    ...onCircle(drawn, outer.length > 0 ? INNER_RADIUS : RADIUS, 0).map((place) => ({
      ...place,
      kind: 'connected' as const,
    })),
    ...onCircle(outer.slice(0, MAX_HEARSAY), OUTER_RADIUS, 0.5).map((place) => ({ ...place, kind: 'heard' as const })),
  ]
  return {
    dots,
    lines: linesOf(self, drawn, new Set(dots.map(({ peer }) => peer))),
    leftOut: connected.length - drawn.length,
  }
}

function linesOf(self: string, drawn: readonly PeerInfo[], shown: ReadonlySet<string>): Line[] {
  const own = drawn.map(({ peer, sending, blocksAwaited }): Line => {
    return { from: self, to: peer, kind: sending.length > 0 || blocksAwaited > 0 ? 'busy' : 'own' }
  })
  const said = new Map<string, Line>()
  for (const { peer, introduced } of drawn) {
    for (const { peer: other } of introduced) {
      if (other === self || !shown.has(other)) continue
      const [from, to] = peer < other ? [peer, other] : [other, peer]
      said.set(`${from} ${to}`, { from, to, kind: 'heard' })
    }
  }
  return [...said.values(), ...own]
}

/** Evenly, beginning above the middle; `shift` is a part of the step between two. */
function onCircle(
  peers: readonly { peer: string; name: string | null }[],
  radius: number,
  shift: number,
): Omit<Dot, 'kind'>[] {
  return peers.map(({ peer, name }, index) => {
    const angle = (2 * Math.PI * (index + shift)) / peers.length - Math.PI / 2
    return { peer, name, x: Math.cos(angle) * radius, y: Math.sin(angle) * radius }
  })
}

function byId(a: { peer: string }, b: { peer: string }): number {
  return a.peer < b.peer ? -1 : Number(a.peer > b.peer)
}
