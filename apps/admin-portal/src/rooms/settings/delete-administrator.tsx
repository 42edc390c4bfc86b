import type { Administrator } from '@lockstep/contract/hub/session'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'

interface DeleteAdministratorProps {
  readonly administrator: Administrator
  readonly denied: string | undefined
}

/** Takes an administrator away for good. */
export function DeleteAdministrator({ administrator, denied }: DeleteAdministratorProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.administrators.remove(administrator.id),
    done: `${administrator.name} deleted`,
    touches: ['administrators', 'api-keys'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        denied={denied}
        aria-label={`Delete ${administrator.name}`}
        onClick={() => setOpened(true)}
      >
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete ${administrator.name}?`}
        action="Delete administrator"
        danger
        typedName={administrator.email}
        busy={act.isPending}
        error={
          <FailureNotice
            error={act.error}
            title="The administrator was not deleted."
            unchanged="Nothing was changed."
          />
        }
        onConfirm={() => act.mutate()}
        onClose={() => {
          act.reset()
          setOpened(false)
        }}
      >
        <p>
          {administrator.name} is signed out at once and cannot sign in again; API keys of this administrator stop
          working. The journal keeps what was done. This cannot be undone; suspending can.
        </p>
      </ConfirmDialog>
    </>
  )
}
