import type { UserAccount, UserDetail } from '@lockstep/contract/hub/user'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'

/** Ends the binding of a user to a directory. */
export function UnbindAccount({
  user,
  account,
}: {
  readonly user: UserDetail
  readonly account: UserAccount
}): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.users.unbind(user.id, account.directoryId),
    done: `Disconnected from ${account.directoryName}`,
    touches: ['users', 'directories'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        aria-label={`Disconnect from ${account.directoryName}`}
        denied={denial('directories.write')}
        onClick={() => setOpened(true)}
      >
        Disconnect
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Disconnect from ${account.directoryName}?`}
        action="Disconnect 1 account"
        danger
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The account was not disconnected." unchanged="Nothing was changed." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          The account in {account.directoryName} no longer follows this user: one that this hub made is disabled and not
          deleted, any other is left as it is. The user stays here as they are. Connecting again takes the account back.
        </p>
      </ConfirmDialog>
    </>
  )
}
