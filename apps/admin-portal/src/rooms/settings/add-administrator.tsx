import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { emailAddress, required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Modal, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { mailRoomQuery } from '../../hub/queries.ts'
import { newPassword } from '../../session/password-policy.ts'
import { useSession } from '../../session/use-session.ts'
import { roleChoice, useRoleOptions } from './role-options.ts'

/** Lets one more person in. */
export function AddAdministrator(): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const close = (): void => setOpened(false)
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        denied={denial('administrators.write')}
        onClick={() => setOpened(true)}
      >
        Add administrator
      </ActionButton>
      <Modal opened={opened} onClose={close} title="Add administrator" closeButtonProps={{ 'aria-label': 'Close' }}>
        <AdministratorForm onClose={close} />
      </Modal>
    </>
  )
}

function AdministratorForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const roleOptions = useRoleOptions()
  const create = useAct({
    run: hub.administrators.create,
    done: (administrator) => `${administrator.name} added`,
    touches: ['administrators'],
    after: onClose,
  })
  const { denial } = useSession()
  const mailRoom = useQuery({ ...mailRoomQuery, enabled: denial('settings.read') === undefined }).data
  const [isInvited, setInvited] = useState(true)
  const mails = mailRoom?.isSetUp === true && isInvited
  const form = useForm({
    initial: { name: '', email: '', role: 'help_desk', password: '' },
    rules: { name: required('a name'), email: emailAddress, ...(mails ? {} : { password: newPassword }) },
    onSubmit: ({ name, email, role, password }) =>
      create.mutateAsync({
        ...{ name: name.trim(), email: email.trim(), role: 'read_only' as const },
        ...roleChoice(role),
        ...(mails ? {} : { password }),
      }),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <TextInput label="Name" withAsterisk data-autofocus autoComplete="off" {...form.field('name')} />
      <TextInput label="E-mail" type="email" withAsterisk autoComplete="off" {...form.field('email')} />
      <Select
        label="Role"
        description="What each role may do stands under Roles."
        data={roleOptions}
        allowDeselect={false}
        value={form.values.role}
        onChange={(role) => form.set('role', role ?? 'help_desk')}
      />
      {mailRoom?.isSetUp === true && (
        <Switch
          label="Send an invitation by mail"
          description="With a link to choose a password, which works once, within a day."
          checked={isInvited}
          onChange={(event) => setInvited(event.currentTarget.checked)}
        />
      )}
      {!mails && (
        <PasswordInput
          label="First password"
          withAsterisk
          description="At least 12 characters. Hand it over by a safe way."
          autoComplete="new-password"
          {...form.field('password')}
        />
      )}
      <FailureNotice error={form.failure} title="The administrator was not added." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy}>
          Add administrator
        </Button>
      </div>
    </form>
  )
}
