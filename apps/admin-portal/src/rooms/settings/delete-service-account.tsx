import type { ServiceAccountRow } from '@lockstep/contract/hub/service-account'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'

interface DeleteServiceAccountProps {
  readonly account: ServiceAccountRow
  readonly denied: string | undefined
}

/** Takes a program's account away for good. */
export function DeleteServiceAccount({ account, denied }: DeleteServiceAccountProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const { id, name, credentials } = account
  const act = useAct({
    run: () => hub.serviceAccounts.remove(id),
    done: `${name} deleted`,
    touches: ['service-accounts'],
    after: () => setOpened(false),
  })
  const count = credentials.length === 1 ? 'its key' : `its ${credentials.length} keys`
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        denied={denied}
        aria-label={`Delete ${name}`}
        onClick={() => setOpened(true)}
      >
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete ${name}?`}
        action="Delete service account"
        danger
        typedName={name}
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The account was not deleted." unchanged="Nothing was changed." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => {
          act.reset()
          setOpened(false)
        }}
      >
        <p>
          The program is refused at once{credentials.length === 0 ? '' : `; ${count} and all tokens stop working`}. The
          journal keeps what it did. This cannot be undone. To shut the program out for a while, disable the account
          instead.
        </p>
      </ConfirmDialog>
    </>
  )
}
