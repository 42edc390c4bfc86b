import { completeRows } from '@lockstep/ui/contact/contact-rows'
import { RowsEditor } from '@lockstep/ui/contact/rows-editor'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { emailAddress, optionalEmailAddress, required } from '@lockstep/ui/form/form-rules'
import type { Form } from '@lockstep/ui/form/use-form'
import { Button, Textarea, TextInput } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { UserPicker } from '../../pickers/user-picker.tsx'
import { fieldName } from '../../words/words.ts'
import { type FieldOwner, OwnerLink } from './owner-link.tsx'
import { attributeLines, fieldGroups, isRowsField, type UserField, type UserValues } from './user-fields.ts'

/** What the portal checks before it asks the hub. */
export const userRules = {
  username: required('a username'),
  email: emailAddress,
  alternateEmail: optionalEmailAddress,
  phoneNumbers: completeRows('phoneNumbers'),
  addresses: completeRows('addresses'),
  attributes: attributeLines,
}

interface UserFormProps {
  readonly form: Form<UserValues>
  readonly ownerOf: (field: UserField) => FieldOwner | undefined
  readonly managerName?: string | undefined
  readonly submitText: string
  readonly failureTitle: string
  readonly onCancel: () => void
  readonly children?: ReactNode
}

/** The fields of a user under their headings. */
export function UserForm(props: UserFormProps): ReactElement {
  const { form } = props
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="portal-form">
      {fieldGroups.map((group) => (
        <fieldset key={group.title} className="portal-fieldset">
          <legend>{group.title}</legend>
          <div className="portal-form-pair">
            {group.fields.map((field) => (
              <UserFormField key={field} field={field} {...props} />
            ))}
          </div>
        </fieldset>
      ))}
      {props.children}
      <FailureNotice error={form.failure} title={props.failureTitle} unchanged="Nothing was changed." />
      <div className="ls-actions">
        <Button type="submit" loading={form.busy}>
          {props.submitText}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

const lines: Partial<Record<UserField, string>> = {
  attributes: 'One on each line: “name: value”.',
}

function UserFormField({
  field,
  form,
  ownerOf,
  managerName,
}: UserFormProps & { readonly field: UserField }): ReactElement {
  const owner = ownerOf(field)
  const managed = owner && (
    <>
      Managed by <OwnerLink owner={owner} />. Change it there.
    </>
  )
  const label = fieldName(field)
  if (isRowsField(field)) {
    const { value, error } = form.field(field)
    const shown = { field, value, error, faultAt: form.faultAt, readOnly: owner !== undefined, description: managed }
    return <RowsEditor {...shown} onChange={(next) => form.set(field, next)} />
  }
  const shared = { label, readOnly: owner !== undefined, ...form.field(field) }
  if (field === 'manager' && !owner) {
    const { value, error } = form.field('manager')
    return (
      <UserPicker
        label={label}
        value={value}
        valueName={managerName}
        error={error}
        onChange={(id) => form.set('manager', id)}
      />
    )
  }
  if (field === 'manager')
    return (
      <TextInput label={label} readOnly value={managerName ?? ''} description={managed} inputWrapperOrder={order} />
    )
  if (lines[field] !== undefined || field === 'description') {
    return (
      <Textarea
        {...shared}
        autosize
        minRows={2}
        maxRows={8}
        description={managed ?? lines[field]}
        inputWrapperOrder={order}
      />
    )
  }
  const isRequired = field === 'username' || field === 'email'
  return (
    <TextInput
      {...shared}
      withAsterisk={isRequired && !owner}
      description={managed}
      inputWrapperOrder={order}
      autoComplete="off"
    />
  )
}

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
