/** A question in front of everything else. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { useAttempt } from './attempt.ts'
import { t } from '../language/language.ts'

interface DialogProps {
  title: string
  onClose: () => void
  /** As large as what is in it. */
  isWide?: boolean
  children: ComponentChildren
}

/** Closes with Escape, too. */
export function Dialog({ title, onClose, isWide = false, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    element.current?.showModal()
  }, [])
  return (
    <dialog ref={element} class={isWide ? 'dialog dialog-wide' : 'dialog'} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  )
}

interface ConfirmProps extends DialogProps {
  /** What the button says. */
  action: string
  /** Rejects with the reason if it could not be done. */
  onConfirm: () => Promise<unknown>
}

/** Asks before something that cannot be taken back. */
export function Confirm({ action, onConfirm, onClose, children, title }: ConfirmProps): JSX.Element {
  const { problem, isBusy, begin } = useAttempt(async () => {
    await onConfirm()
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Problem text={problem} />
      <div class="buttons">
        <button type="button" class="quiet" onClick={onClose}>
          {t('Cancel')}
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={() => void begin()}>
          {action}
        </button>
      </div>
    </Dialog>
  )
}

/** What went wrong, where it did. Nothing if nothing did. */
export function Problem({ text }: { text: string }): JSX.Element {
  return (
    <p class="problem" role="alert" hidden={text === ''}>
      {text}
    </p>
  )
}
