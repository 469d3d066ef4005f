/** One of a few amounts, and the one that holds if that is another. */
import type { JSX } from 'preact'

export interface Amount {
  value: number
  label: string
}

interface AmountProps {
  label: string
  amounts: readonly Amount[]
  /** Undefined until it is known. */
  value: number | undefined
  /** What a value is called that is none of the amounts. */
  labelOf: (value: number) => string
  onChoose: (value: number) => void
}

export function AmountChoice({ label, amounts, value, labelOf, onChoose }: AmountProps): JSX.Element {
  const isOther = value !== undefined && amounts.every((amount) => amount.value !== value)
  return (
    <label class="amount">
      <span>{label}</span>
      <select
        disabled={value === undefined}
        value={value}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {isOther && <option value={value}>{labelOf(value)}</option>}
        {amounts.map((amount) => (
          <option key={amount.value} value={amount.value}>
            {amount.label}
          </option>
        ))}
      </select>
    </label>
  )
}
