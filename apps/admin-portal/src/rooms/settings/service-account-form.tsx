import type { ServiceAccountRow } from '@lockstep/contract/hub/service-account'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { rolesQuery } from '../../hub/queries.ts'
import { shownRole } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'

interface ServiceAccountFormProps {
  readonly account: ServiceAccountRow | undefined
  readonly onClose: () => void
}

/** Name and role of a program's account. */
export function ServiceAccountForm({ account, onClose }: ServiceAccountFormProps): ReactElement {
  const { denial } = useSession()
  const rolesDenied = denial('roles.read')
  const roles = useQuery({ ...rolesQuery, enabled: rolesDenied === undefined })
  const save = useAct({
    run: (input: { readonly name: string; readonly roleId: string }) =>
      account ? hub.serviceAccounts.update(account.id, input) : hub.serviceAccounts.create(input),
    done: (saved) => (account ? `${saved.name} saved` : `${saved.name} created`),
    touches: ['service-accounts'],
    after: onClose,
  })
  const form = useForm({
    initial: { name: account?.name ?? '', roleId: account?.roleId ?? '' },
    rules: { name: required('what the account is for'), roleId: required('a role') },
    onSubmit: ({ name, roleId }) => save.mutateAsync({ name: name.trim(), roleId }),
  })
  const chosen = roles.data?.items.find((role) => role.id === form.values.roleId)
  const { onChange: _, ...roleField } = form.field('roleId')
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <TextInput
        label="Name"
        withAsterisk
        description="The program that uses it, for instance “HR system”. The journal shows this name."
        data-autofocus
        autoComplete="off"
        maxLength={100}
        {...form.field('name')}
      />
      <Select
        label="Role"
        withAsterisk
        description={rolesDenied ?? 'What the program may do. Choose the weakest role that is enough.'}
        placeholder="Choose a role"
        data={(roles.data?.items ?? []).map((role) => ({ value: role.id, label: shownRole(role) }))}
        allowDeselect={false}
        {...roleField}
        value={form.values.roleId === '' ? null : form.values.roleId}
        onChange={(roleId) => form.set('roleId', roleId ?? '')}
      />
      {chosen && chosen.description !== '' && <p className="ls-dim">{chosen.description}</p>}
      <FailureNotice
        error={form.failure}
        title={account ? 'The account was not saved.' : 'The account was not created.'}
        unchanged="Nothing was changed."
      />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy} disabled={account !== undefined && !form.dirty}>
          {account ? 'Save changes' : 'Create service account'}
        </Button>
      </div>
    </form>
  )
}
