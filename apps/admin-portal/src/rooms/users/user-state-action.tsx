import type { UserDetail } from '@lockstep/contract/hub/user'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'

/** Suspends an active user, activates any other; asks first and says what follows. */
export function UserStateAction({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const [reason, setReason] = useState('')
  const suspends = user.state === 'ACTIVATED'
  const verb = suspends ? 'Suspend' : 'Activate'
  const name = user.name
  const act = useAct({
    run: () => {
      const body = reason.trim() === '' ? {} : { reason: reason.trim() }
      return suspends ? hub.users.suspend(user.id, body) : hub.users.activate(user.id, body)
    },
    done: `${name} ${suspends ? 'suspended' : 'activated'}`,
    touches: ['users', 'directories'],
    after: () => {
      setOpened(false)
      setReason('')
    },
  })
  const suspender = useQuery(directoriesQuery).data?.find((each) => each.id === user.suspendedBy)
  const count = user.accounts.filter((account) => account.tie !== 'released').length
  const accounts = `${counted(count, 'account')} in directories ${count === 1 ? 'is' : 'are'}`
  return (
    <>
      <ActionButton variant="default" denied={denial('users.suspend')} onClick={() => setOpened(true)}>
        {verb}
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`${verb} ${name}?`}
        action={`${verb} user`}
        danger={suspends}
        busy={act.isPending}
        error={
          <FailureNotice
            error={act.error}
            title={`${name} was not ${suspends ? 'suspended' : 'activated'}.`}
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
          {suspends
            ? `${name} can no longer sign in${count === 0 ? '' : `, and ${accounts} disabled`}. Activating brings this back.`
            : `${name} can sign in${count === 0 ? '' : `, and ${accounts} enabled`}.`}
        </p>
        {suspender && (
          <p>
            {suspender.name} suspended this user. While the account is disabled there, it is activated there, not here.
          </p>
        )}
        <Textarea
          label="Reason"
          description="Kept in the journal. May stay empty."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmDialog>
    </>
  )
}
