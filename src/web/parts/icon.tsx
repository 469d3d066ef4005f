/** Icons, drawn in the colour of the text beside them. */
import type { JSX } from 'preact'

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  add: 'M12 5v14M5 12h14',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  send: 'M5 12h13M12 6l6 6-6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2 12.5l4.5 4.5L16 7.5M10.5 16l1 1L21 7.5',
  clock: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  close: 'M6 6l12 12M18 6L6 18',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  chat: 'M4 5h16v11H10l-5 4v-4H4z',
  table: 'M4 5h16v14H4zM4 10h16M10 10v9',
  plot: 'M4 4v16h16M7 15l4-5 3 3 5-7',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  folder: 'M3 6h7l2 2h9v11H3z',
  clip: 'M8.5 12.5l6-6a2.8 2.8 0 0 1 4 4l-8.2 8.2a4.6 4.6 0 0 1-6.5-6.5L12 4',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  pause: 'M9 5v14M15 5v14',
  play: 'M8 5l11 7-11 7z',
  network:
    'M12 8V5M12 8l-5 6M12 8l5 6M12 5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM6 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  scan: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M4 12h16',
  reply: 'M10 6l-6 5 6 5v-3.5c5 0 8 1.500 10 5.500 0-7-4-10-10-10z',
  thread: 'M3 4h13v9H8l-4 3v-3H3zM19 9h2v8h-1v3l-4-3h-5v-1',
  unfollow: 'M8 5.500A6 6 0 0 1 18 10v3l2 3M6 9.500V13l-2 3h12M10 19a2 2 0 0 0 4 0M4 4l16 16',
  at: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM16 8v5.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-3.500 7.100',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
} as const

export type IconName = keyof typeof PATHS

/** Says nothing to screen readers: what it stands for is in the label of its button. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
