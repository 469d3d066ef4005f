/** Where in the page the user is: the fragment of its address, so that the browser's own buttons work. */
import { signal } from '@preact/signals'

export type Route =
  | { at: 'home' }
  | { at: 'enter' }
  | { at: 'network' }
  | { at: 'settings' }
  | { at: 'room'; room: string }
  | { at: 'people' | 'files' | 'below'; room: string }

/** Where the user is. */
export const route = signal<Route>(routeOf(location.hash))

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

/** The address of a place, for a link. */
export function addressOf(to: Route): string {
  if (to.at === 'home') return '#/'
  if (to.at === 'room') return `#/room/${to.room}`
  if ('room' in to) return `#/room/${to.room}/${to.at}`
  return `#/${to.at}`
}

/** Goes to a place. */
export function go(to: Route): void {
  location.hash = addressOf(to)
}

/** The place that an address names; home if it names none. */
function routeOf(hash: string): Route {
  const [, first, room = '', last] = hash.split('/')
  if (first === 'room' && room !== '') {
    const isPart = last === 'people' || last === 'files' || last === 'below'
    return { at: isPart ? last : 'room', room }
  }
  return first === 'enter' || first === 'network' || first === 'settings' ? { at: first } : { at: 'home' }
}
