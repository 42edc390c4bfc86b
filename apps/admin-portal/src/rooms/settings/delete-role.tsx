import type { RoleRow } from '@lockstep/contract/hub/role'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'

/** Takes a role away that nobody holds. */
export function DeleteRole(props: { readonly role: RoleRow; readonly denied: string | undefined }): ReactElement {
  const { id, name } = props.role
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.roles.remove(id),
    done: `${name} deleted`,
    touches: ['roles'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        denied={props.denied}
        aria-label={`Delete ${name}`}
        onClick={() => setOpened(true)}
      >
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete ${name}?`}
        action="Delete role"
        danger
        busy={act.isPending}
        error={<FailureNotice error={act.error} title="The role was not deleted." unchanged="Nothing was changed." />}
        onConfirm={() => act.mutate()}
        onClose={() => {
          act.reset()
          setOpened(false)
        }}
      >
        <p>Only a role that nobody holds can be deleted. It can be made again by hand.</p>
      </ConfirmDialog>
    </>
  )
}
