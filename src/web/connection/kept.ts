/** What this browser keeps for this page, if it may keep anything at all. */

/** `always`: for all tabs, until it is taken away; `tab`: for this tab, also when it is loaded again. */
type HowLong = 'always' | 'tab'

function placeOf(howLong: HowLong): Storage {
  return howLong === 'tab' ? sessionStorage : localStorage
}

/** A kept text; undefined if there is none, or the browser keeps nothing. */
export function kept(name: string, howLong: HowLong = 'always'): string | undefined {
  try {
    return placeOf(howLong).getItem(`kith.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps a text, or with `undefined` no longer. A browser that keeps nothing, or has no space, forgets it when the page closes. */
export function keep(name: string, text: string | undefined, howLong: HowLong = 'always'): void {
  try {
    if (text === undefined) placeOf(howLong).removeItem(`kith.${name}`)
    else placeOf(howLong).setItem(`kith.${name}`, text)
  } catch {
    // There is nothing better to do with it than to go on.
  }
}

/** Calls back when another tab of this page keeps something else under a name. */
export function onKept(name: string, changed: (text: string | undefined) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === `kith.${name}`) changed(newValue ?? undefined)
  })
}
