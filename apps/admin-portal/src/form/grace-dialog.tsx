import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Button, Modal, TextInput } from '@mantine/core'
import { type ReactElement, type SyntheticEvent, useState } from 'react'

interface GraceDialogProps {
  readonly opened: boolean
  readonly title: string
  /** Who is asked, and what they see until then. */
  readonly detail: string
  readonly initialDays: number
  readonly action: string
  readonly busy: boolean
  readonly error: unknown
  readonly onSubmit: (days: number) => void
  readonly onClose: () => void
}

const mostDays = 365

/** Asks within how many days a second factor is to be enrolled. */
export function GraceDialog({ opened, title, ...form }: GraceDialogProps): ReactElement {
  return (
    <Modal opened={opened} onClose={form.onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <GraceForm {...form} />
    </Modal>
  )
}

/** Apart from the dialog, so that what was typed is forgotten when it closes. */
function GraceForm(props: Omit<GraceDialogProps, 'opened' | 'title'>): ReactElement {
  const [text, setText] = useState(String(props.initialDays))
  const days = Number(text)
  const isRight = /^\d{1,3}$/.test(text.trim()) && days <= mostDays
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (isRight) props.onSubmit(days)
  }
  return (
    <form onSubmit={submit} noValidate className="ls-stack">
      <p>{props.detail}</p>
      <TextInput
        data-autofocus
        label="Days to enrol one"
        description="0: from now on."
        inputMode="numeric"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={isRight ? undefined : `Enter a whole number from 0 to ${mostDays}.`}
      />
      <FailureNotice
        error={props.error}
        title="The second factor was not asked for."
        unchanged="Nothing was changed."
      />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={props.busy}>
          {props.action}
        </Button>
      </div>
    </form>
  )
}
