import type { Form } from '@lockstep/ui/form/use-form'
import { Switch } from '@mantine/core'
import type { ReactElement } from 'react'
import type { OrganizationFields } from './organization-fields.ts'

export type SettingsForm = Form<OrganizationFields>

/** A setting that is on or off, kept as text like all fields. */
export function SettingSwitch(props: {
  readonly form: SettingsForm
  readonly field: keyof OrganizationFields & string
  readonly label: string
  readonly description?: string
}): ReactElement {
  const { form, field, ...words } = props
  return (
    <Switch
      {...words}
      checked={form.values[field] === 'on'}
      onChange={(event) => form.set(field, event.currentTarget.checked ? 'on' : '')}
    />
  )
}
