import { useForm } from '@lockstep/ui/form/use-form'
import { PageHeader } from '@lockstep/ui/page-header'
import { Radio } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { mailRoomQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { emptyValues, userCreateOf, type UserValues } from './user-fields.ts'
import { UserForm, userRules } from './user-form.tsx'

/** What a new user is sent, as far as one may know. */
function useWelcomeWords(): string {
  const { denial } = useSession()
  const room = useQuery({ ...mailRoomQuery, enabled: denial('settings.read') === undefined }).data
  if (room === undefined) return 'Is welcomed by mail where the organization does so.'
  if (!room.isSetUp) return 'No mail is sent: the hub has no mail server.'
  return room.settings.welcomesNewUsers
    ? 'Is welcomed by mail, with a link to choose a password.'
    : 'No mail is sent: welcoming new users is switched off in the mail room.'
}

/** Creates one user. */
export function NewUserRoom(): ReactElement {
  const navigate = useNavigate()
  const [state, setState] = useState<'STAGED' | 'ACTIVATED'>('STAGED')
  const [saved, setSaved] = useState(false)
  const welcome = useWelcomeWords()
  const create = useAct({
    run: (values: UserValues) => hub.users.create(userCreateOf(values, state)),
    done: (user) => `${user.name} created`,
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
            <Radio value="ACTIVATED" label="Active" description={`Has access at once. ${welcome}`} />
          </div>
        </Radio.Group>
      </UserForm>
      <UnsavedGuard dirty={form.dirty && !saved} />
    </>
  )
}
