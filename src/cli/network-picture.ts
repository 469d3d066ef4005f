/** Draws the network of a room as one node knows it: this node in the middle, its neighbours on both sides, the root above. */
import { grouped } from '../grouped.ts'
import type { RoomNeighbour, RoomNetwork } from '../kith.ts'
import { element, escape } from '../markup.ts'
import { clean, counted, cut } from './text.ts'

/** Neighbours that are drawn; of more, it says how many there are. */
const MAX_DRAWN = 50

const WIDTH = 900
const COLUMN_X = 270
const ROW_HEIGHT = 38
const TOP = 110
/** For the legend. */
const BOTTOM = 64
const MIN_HEIGHT = 320
const RADIUS = 9
/** As many as fit beside a column in this size. */
const MAX_LABEL_COLUMNS = 30
const MAX_TITLE_COLUMNS = 90

const STYLE = `
.paper { fill: #ffffff }
text { font: 13px system-ui, sans-serif; fill: #1c1c1c }
.small { font-size: 11px; fill: #5a5a5a }
.title { font-size: 16px; font-weight: 600 }
.all { fill: #0072b2; stroke: #0072b2 }
.copy, .relay, .unknown { fill: #ffffff; stroke: #0072b2 }
.relay { stroke-width: 4 }
.unknown { stroke: #8a8a8a; stroke-dasharray: 3 2 }
.root { stroke: #d55e00; stroke-width: 4 }
line { stroke: #8a8a8a; stroke-width: 1.2 }
.tree { stroke: #d55e00; stroke-width: 3 }
.aside { stroke-dasharray: 2 5 }
.far { stroke: #d55e00; stroke-dasharray: 7 5 }
@media (prefers-color-scheme: dark) {
  .paper { fill: #161616 }
  text { fill: #e8e8e8 }
  .small { fill: #a8a8a8 }
  .copy, .relay, .unknown { fill: #161616 }
}`

interface Point {
  x: number
  y: number
}

/** An SVG image of a network, for light and dark pages. `name` is what the room is called. */
export function drawNetwork(name: string, network: RoomNetwork): string {
  const { root, distance, neighbours } = network
  const drawn = neighbours.slice(0, MAX_DRAWN)
  const rows = Math.ceil(drawn.length / 2)
  const height = Math.max(MIN_HEIGHT, TOP + rows * ROW_HEIGHT + BOTTOM)
  const self: Point = { x: WIDTH / 2, y: (TOP + height - BOTTOM) / 2 }
  const placed = drawn.map((neighbour, index) => ({ neighbour, at: placeOf(index, drawn.length, height), index }))
  const isRootDrawn = distance === 0 || drawn.some(({ peer }) => peer === root.peer)
  const above: Point = { x: WIDTH / 2, y: 84 }
  const lines = placed.map(({ neighbour, at }) => line(self, at, lineKind(neighbour)))
  const far = isRootDrawn ? '' : line(self, above, 'far') + circle(above, 'unknown root', root.name)
  const farLabel = isRootDrawn
    ? ''
    : label({ x: above.x + 18, y: above.y }, 'start', root.name, `root, ${counted(distance, 'link')} from here`)
  const circles = placed.map(({ neighbour, at }) => drawNeighbour(neighbour, at, root.peer))
  const own = distance === 0 ? ' root' : ''
  const content = [
    element('style', {}, STYLE),
    element('rect', { width: WIDTH, height, class: 'paper' }),
    text({ x: WIDTH / 2, y: 30 }, 'title', cut(clean(name), MAX_TITLE_COLUMNS)),
    text({ x: WIDTH / 2, y: 50 }, 'small', summary(network)),
    ...lines,
    ...[far, farLabel],
    ...circles,
    circle(self, `${network.keeps}${own}`, 'this node'),
    text({ x: self.x, y: self.y + 28 }, '', 'this node'),
    ...(distance === 0 ? [text({ x: self.x, y: self.y + 43 }, 'small', 'the root')] : []),
    text({ x: WIDTH / 2, y: height - 30 }, 'small', LEGEND),
    ...(neighbours.length > MAX_DRAWN
      ? [text({ x: WIDTH / 2, y: height - 12 }, 'small', `and ${neighbours.length - MAX_DRAWN} more neighbours`)]
      : []),
  ]
  const attributes = {
    ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
    ...{ role: 'img', 'aria-label': `The network of ${clean(name)}: ${summary(network)}` },
  }
  return `${element('svg', attributes, content.join('\n'))}\n`
}

const LEGEND =
  'full: follows the room · hollow: keeps a copy · hollow with a thick rim: passes a copy on · orange rim: root · orange line: to parent or child · dotted: from time to time'

function summary({ subscribers, copies, isSplit }: RoomNetwork): string {
  const parts = isSplit ? ', in several parts' : ''
  return `about ${counted(subscribers, 'node')} that follow${subscribers === 1 ? 's' : ''} it, and ${grouped(copies)} with a copy only${parts}`
}

/** Half of them on each side. */
function placeOf(index: number, count: number, height: number): Point {
  const onSide = index % 2 === 0 ? Math.ceil(count / 2) : Math.floor(count / 2)
  const middle = (TOP + height - BOTTOM) / 2
  const row = Math.floor(index / 2)
  return {
    x: index % 2 === 0 ? COLUMN_X : WIDTH - COLUMN_X,
    y: middle + (row - (onSide - 1) / 2) * ROW_HEIGHT,
  }
}

function lineKind({ place, isLinked }: RoomNeighbour): string {
  if (place !== 'other') return 'tree'
  return isLinked ? 'link' : 'aside'
}

function drawNeighbour({ peer, name, claim, place }: RoomNeighbour, at: Point, root: string): string {
  const isRoot = peer === root
  const isLeft = at.x < WIDTH / 2
  const facts = [
    ...(isRoot ? ['root'] : []),
    ...(place === 'other' ? [] : [place]),
    ...(claim === null
      ? ['says nothing']
      : isRoot
        ? []
        : [`${counted(claim.distance, 'link')} from ${cut(clean(claim.root.name), 14)}`]),
  ]
  const from = { x: at.x + (isLeft ? -18 : 18), y: at.y }
  return (
    circle(at, `${claim?.keeps ?? 'unknown'}${isRoot ? ' root' : ''}`, name) +
    label(from, isLeft ? 'end' : 'start', name, facts.join(', '))
  )
}

function circle({ x, y }: Point, kind: string, name: string): string {
  return element('circle', { cx: x, cy: y, r: RADIUS, class: kind }, element('title', {}, escape(clean(name))))
}

function line(from: Point, to: Point, kind: string): string {
  return element('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: kind })
}

function label({ x, y }: Point, anchor: 'start' | 'end', name: string, facts: string): string {
  const at = { x, 'text-anchor': anchor }
  return (
    element('text', { ...at, y: y - 1 }, escape(cut(clean(name), MAX_LABEL_COLUMNS))) +
    element('text', { ...at, y: y + 13, class: 'small' }, escape(facts))
  )
}

function text({ x, y }: Point, kind: string, content: string): string {
  return element('text', { x, y, class: kind, 'text-anchor': 'middle' }, escape(content))
}
