/** What a rule says while it is not decided yet which acts count. It never changes once it is not open. */
export type Answer = 'yes' | 'no' | 'open'

/** Whether all of these are so. */
export function allOf(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no'
  return answers.includes('open') ? 'open' : 'yes'
}

/** Whether one of these is so. */
export function anyOf(answers: readonly Answer[]): Answer {
  return not(allOf(answers.map(not)))
}

export function not(answer: Answer): Answer {
  if (answer === 'open') return 'open'
  return answer === 'yes' ? 'no' : 'yes'
}
