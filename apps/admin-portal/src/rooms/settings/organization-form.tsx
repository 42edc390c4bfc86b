import type { OrganizationSettings, OrganizationSettingsUpdate } from '@lockstep/contract/hub/organization'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { optionalEmailAddress, required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Section } from '@lockstep/ui/section'
import { Select, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { SaveBar } from '../../form/save-bar.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { fieldsOf, type OrganizationFields, policyRules, updateOf } from './organization-fields.ts'
import { PasswordPolicy } from './password-policy.tsx'
import { type SettingsForm, SettingSwitch } from './setting-switch.tsx'

interface OrganizationFormProps {
  readonly settings: OrganizationSettings
  readonly onSaved: (settings: OrganizationSettings) => void
}

/** The settings with one button for all of them. */
export function OrganizationForm({ settings, onSaved }: OrganizationFormProps): ReactElement {
  const denied = useSession().denial('settings.write')
  const save = useAct({
    run: (update: OrganizationSettingsUpdate) => hub.settings.update(update),
    done: 'Settings saved',
    touches: ['administrators', 'second-factor'],
    after: onSaved,
  })
  const form = useForm<OrganizationFields>({
    initial: fieldsOf(settings),
    rules: {
      name: required('the organization’s name'),
      contactEmail: optionalEmailAddress,
      ...policyRules,
    },
    onSubmit: (fields, changed) => save.mutateAsync(updateOf(fields, changed)),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="settings-form" aria-label="Settings">
      {denied !== undefined && <p className="ls-dim">{denied}</p>}
      <fieldset className="settings-plain" disabled={denied !== undefined}>
        <Names form={form} />
        <SignIn form={form} />
        <NewUsers form={form} />
        <PasswordPolicy form={form} />
      </fieldset>
      <FailureNotice error={form.failure} title="The settings were not saved." unchanged="Nothing was changed." />
      {denied === undefined && (
        <SaveBar label="Save settings" dirty={form.dirty} busy={form.busy} onDiscard={form.discard}>
          <span className="ls-dim" role="status">
            {form.dirty ? changesText(Object.keys(form.changed).length) : ''}
          </span>
        </SaveBar>
      )}
      <UnsavedGuard dirty={form.dirty && !form.busy} />
    </form>
  )
}

function changesText(count: number): string {
  return count === 1 ? '1 change is not saved' : `${count} changes are not saved`
}

function Names({ form }: { readonly form: SettingsForm }): ReactElement {
  return (
    <Section title="Organization" detail="Who runs this hub, and whom its administrators can ask.">
      <div className="portal-form">
        <TextInput
          label="Name"
          withAsterisk
          description="Programs that ask the hub for its organization get this name."
          autoComplete="off"
          maxLength={200}
          {...form.field('name')}
        />
        <div className="portal-form-pair">
          <TextInput label="Contact" autoComplete="off" maxLength={200} {...form.field('contactName')} />
          <TextInput
            label="Contact’s e-mail"
            type="email"
            autoComplete="off"
            maxLength={320}
            {...form.field('contactEmail')}
          />
        </div>
      </div>
    </Section>
  )
}

function SignIn({ form }: { readonly form: SettingsForm }): ReactElement {
  const isNew = form.changed.requireSecondFactor === 'on'
  return (
    <Section title="Administrators’ sign-in">
      <div className="portal-form">
        <SettingSwitch
          form={form}
          field="requireSecondFactor"
          label="Every administrator needs a second factor"
          description="Who has none sets one up at the next click, and can do nothing else before. API keys and service accounts go on as they are."
        />
        {isNew && (
          <p className="ls-notice ls-tone-amber" role="status">
            When you save, this holds for you too, at once: have your phone at hand.
          </p>
        )}
      </div>
    </Section>
  )
}

const stateOptions = [
  { value: 'STAGED', label: 'Staged' },
  { value: 'ACTIVATED', label: 'Active' },
]

function NewUsers({ form }: { readonly form: SettingsForm }): ReactElement {
  const sources = [
    ['manual', 'Created by hand', 'In this portal or one at a time by a program.'],
    ['csv', 'Imported from a file', 'From a list such as CSV.'],
    ['application', 'Imported from an application', 'From an HR system, for instance.'],
  ] as const
  return (
    <Section
      title="State of new users"
      detail="A staged user waits and cannot sign in; an active one can at once. A request that names a state goes before this."
    >
      <div className="settings-sources">
        {sources.map(([field, label, description]) => (
          <Select
            key={field}
            label={label}
            description={description}
            data={stateOptions}
            allowDeselect={false}
            value={form.values[field]}
            onChange={(state) => form.set(field, state ?? 'STAGED')}
          />
        ))}
      </div>
    </Section>
  )
}
