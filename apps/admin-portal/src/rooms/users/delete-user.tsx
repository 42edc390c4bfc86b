import type { UserDetail } from '@lockstep/contract/hub/user'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Radio } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { UserPicker } from '../../pickers/user-picker.tsx'
import { useSession } from '../../session/use-session.ts'

/** Deletes a user; asks what becomes of those who report to them, once the hub says that there are any. */
export function DeleteUser({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const [asked, setAsked] = useState(false)
  const [heir, setHeir] = useState<'clear' | 'name'>('clear')
  const [managerId, setManagerId] = useState('')
  const name = user.name
  const act = useAct({
    run: () => hub.users.remove(user.id, asked ? { cascadeManager: heir === 'clear' ? 'null' : managerId } : {}),
    done: `${name} deleted`,
    touches: [],
    after: () => void navigate({ to: '/users' }),
  })
  const confirm = (): void => {
    if (asked && heir === 'name' && managerId === '') return
    act.mutate(undefined, {
      onError: (error) => {
        if (failureOf(error).code !== 'user_has_reports' || asked) return
        setAsked(true)
        act.reset()
      },
    })
  }
  const close = (): void => {
    setOpened(false)
    setAsked(false)
    act.reset()
  }
  return (
    <>
      <ActionButton variant="default" c="var(--ls-red)" denied={denial('users.delete')} onClick={() => setOpened(true)}>
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete ${name}?`}
        action="Delete user"
        danger
        busy={act.isPending}
        typedName={user.username}
        error={<FailureNotice error={act.error} title={`${name} was not deleted.`} unchanged="Nothing was changed." />}
        onConfirm={confirm}
        onClose={close}
      >
        <p>
          {name} is removed from this hub and from every group. Accounts in Active Directory are disabled, not deleted.
          This cannot be undone; to take access away for a time, suspend instead.
        </p>
        {asked && <Heirs name={name} heir={heir} onHeir={setHeir} managerId={managerId} onManager={setManagerId} />}
      </ConfirmDialog>
    </>
  )
}

interface HeirsProps {
  readonly name: string
  readonly heir: 'clear' | 'name'
  readonly onHeir: (heir: 'clear' | 'name') => void
  readonly managerId: string
  readonly onManager: (id: string) => void
}

/** What becomes of the people who report to somebody who is deleted. */
function Heirs({ name, heir, onHeir, managerId, onManager }: HeirsProps): ReactElement {
  return (
    <>
      <Radio.Group
        label={`${name} is the manager of other users. What becomes of them?`}
        value={heir}
        onChange={(value) => onHeir(value === 'name' ? 'name' : 'clear')}
      >
        <div className="ls-stack portal-radios">
          <Radio value="clear" label="They have no manager" />
          <Radio value="name" label="They get another manager" />
        </div>
      </Radio.Group>
      {heir === 'name' && (
        <UserPicker
          label="New manager"
          value={managerId}
          error={managerId === '' ? 'Choose the new manager.' : undefined}
          onChange={onManager}
        />
      )}
    </>
  )
}
