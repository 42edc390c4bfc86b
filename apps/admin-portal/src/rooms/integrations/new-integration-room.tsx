import type { IntegrationCreate } from '@lockstep/contract/hub/integration'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { ChoiceCards } from '../../form/choice-cards.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { type ClientKind, clientKindNames, clientKindOf, clientKinds } from './client-kinds.ts'
import { IntegrationSteps } from './integration-steps.tsx'
import './integrations.css'

/** Which program is to provision users, and what it is called here. */
export function NewIntegrationRoom(): ReactElement {
  const denied = useSession().denial('integrations.write')
  return (
    <>
      <PageHeader
        title="Add an integration"
        detail="Each client gets an integration of its own: with its own token, its own settings, and a log of what it asked for."
      />
      <IntegrationSteps current="client" />
      {denied === undefined ? <ClientForm /> : <p className="ls-dim">{denied}</p>}
    </>
  )
}

function ClientForm(): ReactElement {
  const navigate = useNavigate()
  const { kind: asked } = useSearch({ from: '/shell/integrations/new' })
  const create = useAct({
    run: (body: IntegrationCreate) => hub.integrations.create(body),
    done: (made) => `${made.name} added; connect it next`,
    touches: ['integrations'],
    after: ({ id }) =>
      void navigate({
        to: '/integrations/$integrationId/set-up',
        params: { integrationId: id },
        ignoreBlocker: true,
      }),
  })
  const first = clientKindOf(asked) ?? 'entra'
  const form = useForm({
    initial: { kind: first, name: clientKinds[first].label },
    rules: { name: required('a name') },
    onSubmit: ({ kind: chosen, name }) => {
      const { profile, settings } = clientKinds[chosen]
      return create.mutateAsync({ name: name.trim(), profile, ...settings })
    },
  })
  const choose = (next: ClientKind): void => {
    // A name that was typed stays.
    if (isLabel(form.values.name)) form.set('name', clientKinds[next].label)
    form.set('kind', next)
  }
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="portal-form" aria-label="New integration">
      <ChoiceCards
        label="Which program provisions users?"
        value={form.values.kind}
        onChange={choose}
        choices={clientKindNames.map((kind) => ({ value: kind, ...clientKinds[kind] }))}
      />
      <TextInput
        label="Name"
        description="As it appears in lists, in the log and in the journal."
        maxLength={100}
        autoComplete="off"
        {...form.field('name')}
      />
      <FailureNotice error={form.failure} title="The integration was not added." unchanged="Nothing was changed." />
      <div className="ls-actions">
        <Button type="submit" loading={form.busy}>
          Add integration
        </Button>
        <Button variant="default" onClick={() => void navigate({ to: '/integrations' })}>
          Leave
        </Button>
      </div>
      <UnsavedGuard dirty={form.dirty && !form.busy && !create.isSuccess} />
    </form>
  )
}

function isLabel(name: string): boolean {
  return name.trim() === '' || clientKindNames.some((kind) => clientKinds[kind].label === name)
}
