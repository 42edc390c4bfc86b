import { Button, Modal, TextInput } from '@mantine/core'
import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useState } from 'react'

interface ConfirmDialogProps {
  readonly opened: boolean
  readonly title: string
  /** The effect, the count and the way back, in words. */
  readonly children: ReactNode
  /** The verb with its count: "Suspend 3 users". */
  readonly action: string
  readonly danger?: boolean
  readonly busy?: boolean
  /** What the act would do is not known yet. */
  readonly blocked?: boolean
  /** For what cannot be undone: the text to type first. */
  readonly typedName?: string | undefined
  readonly error?: ReactNode
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before an act of consequence; focus starts inside and returns to where it was. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ConfirmForm {...props} />
    </Modal>
  )
}

/** Apart from the dialog, so that what was typed is forgotten when it closes. */
function ConfirmForm(props: ConfirmDialogProps): ReactElement {
  const [typed, setTyped] = useState('')
  useEffect(returnFocus, [])
  const allowed = props.blocked !== true && (props.typedName === undefined || typed.trim() === props.typedName)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (allowed) props.onConfirm()
  }
  return (
    <form onSubmit={submit} className="ls-stack">
      <div className="ls-stack">{props.children}</div>
      {props.typedName !== undefined && (
        <TextInput
          data-autofocus
          label={`Type ${props.typedName} to go on`}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {props.error}
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          color={props.danger === true ? 'red' : 'indigo'}
          loading={props.busy ?? false}
          disabled={!allowed}
        >
          {props.action}
        </Button>
      </div>
    </form>
  )
}

/** Remembers what has the focus, for when the dialog is taken from the page at once: then nobody else gives the focus back. */
function returnFocus(): () => void {
  const opener = document.activeElement
  return () => {
    if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus()
  }
}
