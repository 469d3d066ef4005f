/** A text that somebody wrote, with its links and whom it names. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Mention } from '../../kith.ts'
import { piecesWith } from './links.ts'
import { t } from '../language/language.ts'

/** More of one message would push all others out of sight. */
const LONG_CHARACTERS = 1_500
const LONG_LINES = 24

interface LinkedTextProps {
  text: string
  mentions?: readonly Mention[] | undefined
}

export function LinkedText({ text, mentions = [] }: LinkedTextProps): JSX.Element {
  const [isWhole, setWhole] = useState(false)
  const isLong = text.length > LONG_CHARACTERS || text.split('\n').length > LONG_LINES
  return (
    <>
      <div class={isLong && !isWhole ? 'text text-cut' : 'text'} dir="auto">
        {piecesWith(mentions, text).map(({ text: piece, href, mention }, index) =>
          mention !== undefined ? (
            <bdi key={index} class={mention.self ? 'mention mention-self' : 'mention'}>
              {piece}
            </bdi>
          ) : href === undefined ? (
            piece
          ) : (
            <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
              {piece}
            </a>
          ),
        )}
      </div>
      {isLong && (
        <button type="button" class="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('Show less') : t('Show all of it')}
        </button>
      )}
    </>
  )
}
