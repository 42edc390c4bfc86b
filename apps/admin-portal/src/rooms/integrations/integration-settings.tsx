import type { IntegrationRow, IntegrationUpdate } from '@lockstep/contract/hub/integration'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Section } from '@lockstep/ui/section'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { SaveBar } from '../../form/save-bar.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { integrationFields, integrationUpdate, wholeNumberUpTo } from './integration-fields.ts'
import { ClientFields, GuardFields, LifeFields, OwnershipFields } from './settings-fields.tsx'

const mostUsers = 1_000_000
const wholePercent = 100

/** What an integration may do, and what happens when it does. */
export function IntegrationSettings({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const denied = useSession().denial('integrations.write')
  const save = useAct({
    run: (update: IntegrationUpdate) => hub.integrations.update(integration.id, update),
    done: `${integration.name} saved`,
    touches: ['integrations'],
  })
  const form = useForm({
    initial: integrationFields(integration),
    rules: {
      name: required('a name'),
      guardCount: wholeNumberUpTo(mostUsers),
      guardPercent: wholeNumberUpTo(wholePercent),
    },
    onSubmit: (_values, changed) => save.mutateAsync(integrationUpdate(changed)),
  })
  return (
    <Section title="Settings" detail="They count from the client’s next request on.">
      <form ref={form.ref} onSubmit={form.submit} noValidate className="integration-form" aria-label="Settings">
        <fieldset className="integration-plain" disabled={denied !== undefined}>
          <ClientFields form={form} />
          <LifeFields form={form} />
          <OwnershipFields form={form} />
          <GuardFields form={form} />
        </fieldset>
        <FailureNotice error={form.failure} title="The settings were not saved." unchanged="Nothing was changed." />
        {denied === undefined ? (
          <SaveBar label="Save settings" dirty={form.dirty} busy={form.busy} onDiscard={form.discard} />
        ) : (
          <p className="ls-dim">{denied}</p>
        )}
        <UnsavedGuard dirty={form.dirty && !form.busy} />
      </form>
    </Section>
  )
}
