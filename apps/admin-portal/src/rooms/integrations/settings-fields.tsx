import type { Form } from '@lockstep/ui/form/use-form'
import { Checkbox, MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { mappingVocabularyQuery } from '../../hub/queries.ts'
import { fieldName } from '../../words/words.ts'
import { type IntegrationFields, listOf, textOf } from './integration-fields.ts'
import * as words from './settings-words.ts'

interface FieldsProps {
  readonly form: Form<IntegrationFields>
}

type Field = keyof IntegrationFields & string

function OnOff(props: FieldsProps & { readonly field: Field; readonly label: string; readonly detail?: string }) {
  const { form, field, label, detail } = props
  return (
    <Switch
      label={label}
      description={detail}
      checked={form.values[field] === 'on'}
      onChange={(event) => form.set(field, event.currentTarget.checked ? 'on' : '')}
    />
  )
}

interface ChoiceProps extends FieldsProps {
  readonly field: Field
  readonly label: string
  readonly detail?: string
  readonly options: readonly words.Option[]
}

function Choice({ form, field, label, detail, options }: ChoiceProps): ReactElement {
  return (
    <Select
      label={label}
      description={detail}
      allowDeselect={false}
      data={[...options]}
      value={form.values[field]}
      onChange={(next) => next !== null && form.set(field, next)}
    />
  )
}

/** What it is called, and how its client speaks. */
export function ClientFields({ form }: FieldsProps): ReactElement {
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Client</legend>
      <OnOff form={form} field="enabled" label="Switched on" detail="When it is off, every request is refused." />
      <TextInput label="Name" maxLength={100} autoComplete="off" {...form.field('name')} />
      <Choice
        form={form}
        field="profile"
        label="How the client speaks"
        detail="All of SCIM 2.0 is understood in any case; this says which mistakes are forgiven."
        options={words.profiles}
      />
      <Choice form={form} field="usernameRule" label="Username" options={words.usernameRules} />
      <Choice form={form} field="emailRule" label="E-mail address" options={words.emailRules} />
    </fieldset>
  )
}

/** What it may do with users, and what that does here. */
export function LifeFields({ form }: FieldsProps): ReactElement {
  const isDeleting = form.values.mayDelete === 'on'
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Creating, updating, deleting</legend>
      <OnOff form={form} field="mayCreate" label="May create" detail="Users and groups. Otherwise answered with 403." />
      <Choice
        form={form}
        field="defaultState"
        label="New users are"
        detail="Those that are created inactive are suspended in any case."
        options={words.defaultStates}
      />
      <OnOff form={form} field="mayUpdate" label="May update" detail="Users, groups and memberships." />
      <Choice
        form={form}
        field="onDeactivate"
        label="Making a user inactive"
        detail="What active: false does. Entra ID and Okta take somebody away this way first."
        options={words.onDeactivate}
      />
      <OnOff form={form} field="mayDelete" label="May delete" detail="Users and groups." />
      <Choice
        form={form}
        field="onDelete"
        label="Deleting a user"
        detail={isDeleting ? 'What a deletion by the client does here.' : 'Counts once deleting is allowed.'}
        options={words.onDelete}
      />
    </fieldset>
  )
}

/** Whose users are, and who may change what of them. */
export function OwnershipFields({ form }: FieldsProps): ReactElement {
  const fields = useQuery(mappingVocabularyQuery).data?.fields ?? []
  const chosen = listOf(form.values.readOnlyFields)
  // Of declared attributes only whole ones.
  const whole = fields.map(({ field }) => field).filter((field) => !/^urn:.*:[^:]*\.[^:]*$/iu.test(field))
  const known = new Set([...whole, 'manager', ...chosen])
  const takeover = listOf(form.values.takeoverBy)
  const isTaking = takeover.length > 0
  const { error } = form.field('readOnlyFields')
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Ownership</legend>
      <OnOff
        form={form}
        field="othersMayChange"
        label="Other integrations may change what this one made"
        detail="When it is off, they get 403 for changes and deletions, and still read it. People are not kept out."
      />
      <MultiSelect
        label="Read-only fields"
        description="Of its users; nobody but the client changes them, administrators neither."
        placeholder={chosen.length === 0 ? 'None' : ''}
        searchable
        data={[...known].toSorted().map((field) => ({ value: field, label: fieldName(field) }))}
        value={[...chosen]}
        error={error}
        onChange={(next) => form.set('readOnlyFields', textOf(next))}
      />
      <Checkbox.Group
        label="Take an existing user over, recognised by"
        description="When the client makes somebody who is here already. With none of these it is answered with 409."
        value={[...takeover]}
        onChange={(next) => form.set('takeoverBy', textOf(next))}
      >
        <div className="integration-ticks">
          {words.takeoverBy.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      {isTaking && <Choice form={form} field="takeoverOf" label="Who may be taken over" options={words.takeoverOf} />}
    </fieldset>
  )
}

/** What happens when suddenly many are to go. */
export function GuardFields({ form }: FieldsProps): ReactElement {
  return (
    <fieldset className="portal-fieldset portal-form">
      <legend>Guard</legend>
      <Choice
        form={form}
        field="guard"
        label="Much that is taken away at once"
        detail="A client that loses its assignments takes users, groups or members away."
        options={words.guards}
      />
      {form.values.guard !== 'off' && (
        <div className="portal-form-pair">
          <TextInput
            label="At most in 24 hours"
            description="Of users, groups and memberships each."
            inputMode="numeric"
            {...form.field('guardCount')}
          />
          <TextInput
            label="Percent of its own in 24 hours"
            description="The larger of both limits counts."
            inputMode="numeric"
            {...form.field('guardPercent')}
          />
        </div>
      )}
    </fieldset>
  )
}
