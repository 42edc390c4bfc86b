import { useForm } from '@lockstep/ui/form/use-form'
import { PageHeader } from '@lockstep/ui/page-header'
import { Radio } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { emptyValues, userCreateOf, type UserValues } from './user-fields.ts'
import { UserForm, userRules } from './user-form.tsx'

/** Creates one user. */
export function NewUserRoom(): ReactElement {
  const navigate = useNavigate()
  const [state, setState] = useState<'STAGED' | 'ACTIVATED'>('STAGED')
  const [saved, setSaved] = useState(false)
  const create = useAct({
    run: (values: UserValues) => hub.users.create(userCreateOf(values, state)),
    done: (user) => `${user.displayName || user.username} created`,
    touches: ['users'],
  })
  const form = useForm<UserValues>({
    initial: emptyValues,
    rules: userRules,
    onSubmit: async (values) => {
      const user = await create.mutateAsync(values)
      setSaved(true)
      await navigate({ to: '/users/$userId', params: { userId: user.id }, ignoreBlocker: true })
    },
  })
  return (
    <>
      <PageHeader title="Create user" />
      <UserForm
        form={form}
        ownerOf={() => undefined}
        submitText="Create user"
        failureTitle="The user was not created."
        onCancel={() => void navigate({ to: '/users' })}
      >
        <Radio.Group
          label="State"
          value={state}
          onChange={(value) => setState(value === 'ACTIVATED' ? 'ACTIVATED' : 'STAGED')}
        >
          <div className="ls-stack portal-radios">
            <Radio
              value="STAGED"
              label="Staged"
              description="Prepared, but without access and without a mail until somebody activates the user."
            />
            <Radio value="ACTIVATED" label="Active" description="Has access at once, and is welcomed by mail." />
          </div>
        </Radio.Group>
      </UserForm>
      <UnsavedGuard dirty={form.dirty && !saved} />
    </>
  )
}
