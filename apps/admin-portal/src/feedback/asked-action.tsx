import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, type ReactNode, useState } from 'react'
import { ActionButton } from './action-button.tsx'
import { useAct } from './use-act.ts'

interface AskedActionProps<O> {
  readonly label: string
  /** For those who do not see which row the button is in. */
  readonly name: string
  readonly danger?: boolean
  readonly denied: string | undefined
  readonly title: string
  /** The verb with its count, as the dialog has it. */
  readonly action: string
  /** What comes about, in words. */
  readonly children: ReactNode
  readonly run: () => Promise<O>
  readonly done: string
  readonly touches: readonly string[]
  readonly after?: (output: O) => void
  /** What is said when it fails, and what holds then. */
  readonly failure: string
  readonly unchanged: string
}

/** A small button of a row whose act is asked about first. */
export function AskedAction<O>(props: AskedActionProps<O>): ReactElement {
  const [opened, setOpened] = useState(false)
  const { danger = false } = props
  const act = useAct({
    run: props.run,
    done: props.done,
    touches: props.touches,
    after: (output: O) => {
      setOpened(false)
      props.after?.(output)
    },
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        {...(danger ? { c: 'var(--ls-red)' } : {})}
        denied={props.denied}
        aria-label={props.name}
        onClick={() => setOpened(true)}
      >
        {props.label}
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={props.title}
        action={props.action}
        danger={danger}
        busy={act.isPending}
        error={<FailureNotice error={act.error} title={props.failure} unchanged={props.unchanged} />}
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        {props.children}
      </ConfirmDialog>
    </>
  )
}
