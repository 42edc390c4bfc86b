import type { ReactElement } from 'react'
import { ConfirmDialog } from '../confirm-dialog.tsx'

/** What the router says of a way that leads off the page; `status` is `blocked` while it waits for an answer. */
interface Blocker {
  readonly status: string
  readonly proceed?: (() => void) | undefined
  readonly reset?: (() => void) | undefined
}

/** Asks before unsaved changes are left behind. */
export function LeaveDialog({ blocker }: { readonly blocker: Blocker }): ReactElement {
  return (
    <ConfirmDialog
      opened={blocker.status === 'blocked'}
      title="Leave without saving?"
      action="Leave and discard changes"
      danger
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      <p>What you changed on this page is not saved.</p>
    </ConfirmDialog>
  )
}
