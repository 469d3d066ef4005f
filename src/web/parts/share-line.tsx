/** A line to pass on, such as an invite: as text, and as a code for a camera. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { encode } from 'uqr'
import { Icon } from './icon.tsx'
import { t } from '../language/language.ts'

/** Light around the code, by which cameras find it. */
const BORDER = 2

export function ShareLine({ line, label }: { line: string; label: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(line)
    setCopied(true)
  }
  return (
    <div class="share">
      <QrCode text={line} />
      <div class="share-line">
        <textarea readOnly rows={4} aria-label={label} value={line} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="quiet" onClick={() => void copy().catch(() => setCopied(false))}>
          <Icon name={isCopied ? 'check' : 'copy'} />
          {isCopied ? t('Copied') : t('Copy')}
        </button>
      </div>
    </div>
  )
}

function QrCode({ text }: { text: string }): JSX.Element {
  const { data, size } = encode(text, { ecc: 'L', border: BORDER })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('The same line as a QR code')}>
      <path d={path} />
    </svg>
  )
}
