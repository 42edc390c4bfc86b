import type { UserDetail } from '@lockstep/contract/hub/user'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useForm } from '@lockstep/ui/form/use-form'
import { PageHeader } from '@lockstep/ui/page-header'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { userQuery } from '../../hub/queries.ts'
import { fieldOwner } from './field-owner.ts'
import { userUpdateOf, type UserValues, valuesOf } from './user-fields.ts'
import { UserForm, userRules } from './user-form.tsx'

/** Changes a user's fields. */
export function EditUserRoom(): ReactElement {
  const { userId } = useParams({ from: '/shell/users/$userId/edit' })
  return (
    <QueryView query={useQuery(userQuery(userId))} what="The user">
      {(user) => <EditUser user={user} />}
    </QueryView>
  )
}

/** Keeps the user it began with: a change from elsewhere must not overwrite what is being typed. */
function EditUser({ user: current }: { readonly user: UserDetail }): ReactElement {
  const [user] = useState(current)
  const [saved, setSaved] = useState(false)
  const navigate = useNavigate()
  const target = { to: '/users/$userId', params: { userId: user.id } } as const
  const save = useAct({
    run: (changed: Partial<UserValues>) => hub.users.update(user.id, userUpdateOf(changed, user.revision)),
    done: (fresh) => `${fresh.name} saved`,
    touches: ['users', 'directories'],
  })
  const form = useForm<UserValues>({
    initial: valuesOf(user),
    rules: userRules,
    onSubmit: async (_, changed) => {
      if (Object.keys(changed).length > 0) await save.mutateAsync(changed)
      setSaved(true)
      await navigate({ ...target, ignoreBlocker: true })
    },
  })
  return (
    <>
      <PageHeader title={`Edit ${user.name}`} />
      <UserForm
        form={form}
        ownerOf={(field) => fieldOwner(user, field)}
        managerName={user.managerName}
        submitText="Save changes"
        failureTitle="The changes were not saved."
        onCancel={() => void navigate(target)}
      />
      <UnsavedGuard dirty={form.dirty && !saved} />
    </>
  )
}
