/** The numbers that a key had over time, as a picture. */
import type { JSX } from 'preact'
import { shortTime } from '../../parts/time.ts'
import { placeOn, scaleFor, type Sample } from './plot-scale.ts'
import { locale, t } from '../../language/language.ts'

/** Of the picture, in its own units. */
const WIDE = 640
/** Where the screen is narrow, so that words can be read. */
const NARROW = 340
const HEIGHT = 260
const LEFT = 64
const RIGHT = 14
const TOP = 12
const BOTTOM = 30

const isNarrow = matchMedia('(max-width: 720px)')

const numbers = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 })

interface PlotProps {
  name: string
  /** Two or more, in the order of their times. */
  samples: readonly Sample[]
}

export function Plot({ name, samples }: PlotProps): JSX.Element {
  const width = isNarrow.matches ? NARROW : WIDE
  const scale = scaleFor(samples.map(({ value }) => value))
  const [first, last] = [samples[0], samples.at(-1)] as [Sample, Sample]
  const times = { min: first.timeMs, max: last.timeMs }
  const x = (timeMs: number): number => LEFT + placeOn(times, timeMs) * (width - LEFT - RIGHT)
  const y = (value: number): number => HEIGHT - BOTTOM - placeOn(scale, value) * (HEIGHT - TOP - BOTTOM)
  const points = samples.map(({ timeMs, value }) => `${x(timeMs).toFixed(1)},${y(value).toFixed(1)}`)
  const now = Date.now()
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={t('“{{name}}” went from {{first}} to {{last}} in {{count}} steps. The table below has all of them.', {
        name,
        first: numbers.format(first.value),
        last: numbers.format(last.value),
        count: samples.length,
      })}
    >
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="plot-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="plot-words" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {numbers.format(tick)}
          </text>
        </g>
      ))}
      <text class="plot-words" x={LEFT} y={HEIGHT - 8}>
        {shortTime(first.timeMs, now)}
      </text>
      <text class="plot-words" x={width - RIGHT} y={HEIGHT - 8} text-anchor="end">
        {shortTime(last.timeMs, now)}
      </text>
      <polyline class="plot-values" points={points.join(' ')} />
      {samples.length <= MAX_DOTS &&
        samples.map(({ timeMs, value }, index) => (
          <circle key={index} class="plot-dot" cx={x(timeMs)} cy={y(value)} r="3.5" />
        ))}
    </svg>
  )
}

/** With more, the line alone is clearer. */
const MAX_DOTS = 60
