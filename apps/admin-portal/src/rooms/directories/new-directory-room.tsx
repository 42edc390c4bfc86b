import { PageHeader } from '@lockstep/ui/page-header'
import { Button, Radio, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { useForm } from '../../form/use-form.ts'
import { hub } from '../../hub/hub.ts'
import type { UseCase } from '@lockstep/contract/hub/directory'
import { directoryCreateOf, domainName } from './domain-fields.ts'

const useCaseChoices: readonly { readonly value: UseCase; readonly label: string; readonly description: string }[] = [
  {
    value: 'ADASAUTHORITY',
    label: 'Manage in Active Directory',
    description: 'The domain decides; this hub follows. Needs an import agent.',
  },
  {
    value: 'TWOWAYSYNC',
    label: 'Manage in either or both',
    description: 'Changes flow both ways. Needs an import agent and a sync agent.',
  },
  {
    value: 'JCASAUTHORITY',
    label: 'Manage here',
    description: 'This hub decides; the domain follows. Needs a sync agent.',
  },
]

/** Connects a domain: its name, who decides, and the few places that the domain does not tell itself. */
export function NewDirectoryRoom(): ReactElement {
  const navigate = useNavigate()
  const [useCase, setUseCase] = useState<UseCase>('TWOWAYSYNC')
  const create = useAct({
    run: hub.directories.create,
    done: (directory) => `${directory.name} connected; add an agent next`,
    touches: ['directories'],
  })
  const form = useForm({
    initial: { domain: '', rootDn: '', integrationGroupDn: '' },
    rules: { domain: domainName },
    onSubmit: async (values) => {
      const directory = await create.mutateAsync(directoryCreateOf(values, useCase))
      await navigate({ to: '/directories/$directoryId', params: { directoryId: directory.id }, ignoreBlocker: true })
    },
  })
  return (
    <>
      <PageHeader title="Connect a domain" detail="Nothing is read or written until an agent is added." />
      <form ref={form.ref} onSubmit={form.submit} noValidate className="portal-form">
        <TextInput
          label="Domain"
          withAsterisk
          description="As DNS knows it, for instance corp.example."
          autoComplete="off"
          {...form.field('domain')}
        />
        <Radio.Group label="Who decides about users and groups" value={useCase} onChange={(value) => setUseCase(value)}>
          <div className="ls-stack portal-radios">
            {useCaseChoices.map((choice) => (
              <Radio key={choice.value} {...choice} />
            ))}
          </div>
        </Radio.Group>
        <TextInput
          label="Root container"
          description="Only users and groups below it are touched. Empty: the whole domain."
          placeholder="OU=People,DC=corp,DC=example"
          autoComplete="off"
          {...form.field('rootDn')}
        />
        <TextInput
          label="Integration group"
          description="Members of this group, direct or nested, are kept in lockstep. Empty: a group named Lockstep."
          placeholder="CN=Lockstep,OU=Groups,DC=corp,DC=example"
          autoComplete="off"
          {...form.field('integrationGroupDn')}
        />
        <FailureNotice error={form.failure} title="The domain was not connected." unchanged="Nothing was changed." />
        <div className="ls-actions">
          <Button type="submit" loading={form.busy}>
            Connect domain
          </Button>
          <Button variant="default" onClick={() => void navigate({ to: '/directories' })}>
            Cancel
          </Button>
        </div>
      </form>
      <UnsavedGuard dirty={form.dirty && !form.busy} />
    </>
  )
}
