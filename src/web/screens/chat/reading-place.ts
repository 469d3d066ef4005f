/** Keeps what somebody reads where it is on the screen, when messages come above it, or below at the end. */
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** So near to the end counts as at it. */
const AT_END_PX = 60

export interface ReadingPlace {
  /** Notes where the user reads. */
  note(): void
  /** Whether the user reads the newest. */
  isAtEnd(): boolean
  /** From now on the end is what is read. */
  stayAtEnd(): void
  /** Goes to a message; returns whether it is there. */
  show(id: string): boolean
  /** Puts what is read where it was, after messages have changed; `isEnd`: what is below is the end of the room. */
  keep(isEnd: boolean): void
}

/** For a list whose children have an id each. */
export function useReadingPlace(scroller: RefObject<HTMLElement | null>): ReadingPlace {
  /** `scrolledPx`: where the list was when that was noted. */
  const state = useRef({ isAtEnd: true, id: '', topPx: 0, scrolledPx: 0 })
  /** Only whoever moves up leaves the end: a list that has got longer or lower since was not put back yet. */
  const hasMovedUp = (element: HTMLElement): boolean => element.scrollTop < state.current.scrolledPx - 1
  const place: ReadingPlace = {
    note() {
      const element = scroller.current
      if (element === null) return
      const belowPx = element.scrollHeight - element.scrollTop - element.clientHeight
      state.current.isAtEnd = belowPx < AT_END_PX || (state.current.isAtEnd && !hasMovedUp(element))
      state.current.scrolledPx = element.scrollTop
      const read = firstVisible(element)
      if (read === undefined) return
      state.current.id = read.id
      state.current.topPx = topIn(element, read)
    },
    isAtEnd: () => state.current.isAtEnd,
    stayAtEnd() {
      state.current.isAtEnd = true
      state.current.scrolledPx = 0
    },
    show(id) {
      const found = document.getElementById(id)
      const element = scroller.current
      if (found === null || element === null) return false
      const topPx = element.clientHeight / 3
      element.scrollTop += topIn(element, found) - topPx
      state.current = { isAtEnd: false, id, topPx, scrolledPx: element.scrollTop }
      found.focus({ preventScroll: true })
      return true
    },
    keep(isEnd) {
      const element = scroller.current
      if (element === null) return
      // What the user did is told after what changed at the same time.
      if (state.current.isAtEnd && hasMovedUp(element)) place.note()
      if (state.current.isAtEnd && isEnd) element.scrollTop = element.scrollHeight
      else {
        const read = state.current.id === '' ? null : document.getElementById(state.current.id)
        if (read !== null) element.scrollTop += topIn(element, read) - state.current.topPx
      }
      state.current.scrolledPx = element.scrollTop
    },
  }
  // What somebody writes grows, a window gets smaller: the end stays the end.
  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => {
      if (state.current.isAtEnd) place.keep(true)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return place
}

function topIn(scroller: HTMLElement, child: Element): number {
  return child.getBoundingClientRect().top - scroller.getBoundingClientRect().top
}

function firstVisible(scroller: HTMLElement): Element | undefined {
  const { top } = scroller.getBoundingClientRect()
  return [...scroller.children].find((child) => child.id !== '' && child.getBoundingClientRect().bottom > top)
}
