/** The people whom one may mean, above the field in which one writes. */
import type { JSX } from 'preact'
import type { Member } from '../../../kith.ts'
import { Avatar } from '../../parts/avatar.tsx'
import { t } from '../../language/language.ts'

const LIST_ID = 'people-to-mention'

/** Of one of them, for the field. */
function optionId(index: number): string {
  return `${LIST_ID}-${index}`
}

/** What tells a screen reader which one is chosen. */
export function suggestionAttributes(people: readonly Member[], chosen: number) {
  const isOpen = people.length > 0
  return {
    'aria-autocomplete': 'list',
    ...(isOpen && { 'aria-controls': LIST_ID, 'aria-activedescendant': optionId(chosen) }),
  } as const
}

interface SuggestionsProps {
  people: readonly Member[]
  chosen: number
  onChoose: (member: Member) => void
}

export function Suggestions({ people, chosen, onChoose }: SuggestionsProps): JSX.Element | null {
  if (people.length === 0) return null
  return (
    <ul id={LIST_ID} class="suggestions" role="listbox" aria-label={t('People to mention')}>
      {people.map((member, index) => (
        <li
          key={member.peer}
          id={optionId(index)}
          role="option"
          aria-selected={index === chosen}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(member)}
        >
          <Avatar of={member.peer} isSmall />
          <bdi>{member.name}</bdi>
        </li>
      ))}
    </ul>
  )
}
