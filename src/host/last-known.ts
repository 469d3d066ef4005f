/**
 * What the system says, or last said: asking it takes a file descriptor, of which a process may have none left for a
 * while. `first` stands until it has answered once.
 */
export function lastKnown<Answer>(ask: () => Answer, first: Answer): () => Answer {
  let known = first
  return () => {
    try {
      known = ask()
    } catch {
      // As above: nothing else makes these questions fail.
    }
    return known
  }
}
