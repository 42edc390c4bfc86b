import type { ServiceAccountRow } from '@lockstep/contract/hub/service-account'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'

interface DisableServiceAccountProps {
  readonly account: ServiceAccountRow
  readonly denied: string | undefined
}

/** Shuts a program out for a while, or lets it in again. */
export function DisableServiceAccount({ account, denied }: DisableServiceAccountProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const { id, name, disabled } = account
  const isDisabled = disabled !== undefined
  const act = useAct({
    run: () => (isDisabled ? hub.serviceAccounts.enable(id) : hub.serviceAccounts.disable(id)),
    done: isDisabled ? `${name} enabled` : `${name} disabled`,
    touches: ['service-accounts'],
    after: () => setOpened(false),
  })
  const verb = isDisabled ? 'Enable' : 'Disable'
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        denied={denied}
        aria-label={`${verb} ${name}`}
        onClick={() => setOpened(true)}
      >
        {verb}
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`${verb} ${name}?`}
        action={`${verb} service account`}
        danger={!isDisabled}
        busy={act.isPending}
        error={
          <FailureNotice
            error={act.error}
            title={`The account was not ${isDisabled ? 'enabled' : 'disabled'}.`}
            unchanged="Nothing was changed."
          />
        }
        onConfirm={() => act.mutate()}
        onClose={() => {
          act.reset()
          setOpened(false)
        }}
      >
        {isDisabled ? (
          <p>Its keys work again at once, as far as they have not expired. OAuth clients ask for new tokens.</p>
        ) : (
          <p>
            The program is refused at once: its keys do not work until you enable the account again, and its tokens end.
          </p>
        )}
      </ConfirmDialog>
    </>
  )
}
