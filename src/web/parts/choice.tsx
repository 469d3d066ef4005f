/** One of a few things to choose, each with what it means. */
import type { JSX } from 'preact'

interface Option<Value extends string> {
  value: Value
  label: string
  about?: string
}

interface ChoiceProps<Value extends string> {
  name: string
  legend: string
  options: readonly Option<Value>[]
  value: Value
  onChoose: (value: Value) => void
}

export function Choice<Value extends string>({
  name,
  legend,
  options,
  value,
  onChoose,
}: ChoiceProps<Value>): JSX.Element {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="option">
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChoose(option.value)} />
            <span>
              <strong>{option.label}</strong>
              {option.about !== undefined && <small>{option.about}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
