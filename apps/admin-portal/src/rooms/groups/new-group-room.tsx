import { PageHeader } from '@lockstep/ui/page-header'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { GroupForm } from './group-form.tsx'

/** Creates one group. */
export function NewGroupRoom(): ReactElement {
  const navigate = useNavigate()
  const create = useAct({ run: hub.groups.create, done: (group) => `${group.name} created`, touches: ['groups'] })
  return (
    <>
      <PageHeader title="Create group" />
      <GroupForm
        guarded
        initial={{ name: '', description: '' }}
        submitText="Create group"
        failureTitle="The group was not created."
        onSubmit={async ({ name, description }) => {
          const group = await create.mutateAsync({ name, ...(description === '' ? {} : { description }) })
          await navigate({ to: '/groups/$groupId', params: { groupId: group.id }, ignoreBlocker: true })
        }}
        onCancel={() => void navigate({ to: '/groups' })}
      />
    </>
  )
}
