import type { Profile } from '@lockstep/contract/portal/profile'
import { completeRows, type RowsField } from '@lockstep/ui/contact/contact-rows'
import { RowsEditor } from '@lockstep/ui/contact/rows-editor'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { LeaveDialog } from '@lockstep/ui/form/leave-dialog'
import { type Form, useForm } from '@lockstep/ui/form/use-form'
import { Button, TextInput } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../../hub/hub.ts'
import { useAct } from '../../hub/use-act.ts'
import { managerOf, mayChange, type ProfileValues, updateOf, valuesOf } from './profile-values.ts'

interface EditProfileProps {
  readonly profile: Profile
  /** Saved, or given up. */
  readonly onEnd: () => void
}

/** Changes what the organization lets people change of their profile. */
export function EditProfile({ profile, onEnd }: EditProfileProps): ReactElement {
  const save = useAct((changed: Partial<ProfileValues>) => hub.profile.update(updateOf(changed)), 'Profile saved')
  const form = useForm<ProfileValues>({
    initial: valuesOf(profile),
    rules: { phoneNumbers: completeRows('phoneNumbers'), addresses: completeRows('addresses') },
    onSubmit: async (_, changed) => {
      if (Object.keys(changed).length > 0) await save.mutateAsync(changed)
      onEnd()
    },
  })
  const blocker = useBlocker({
    shouldBlockFn: () => form.dirty,
    enableBeforeUnload: () => form.dirty,
    withResolver: true,
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack my-form my-profile-form">
      <TextInput
        label="Display name"
        description={notHere(profile, 'displayName')}
        readOnly={!mayChange(profile, 'displayName')}
        maxLength={1024}
        autoComplete="name"
        {...form.field('displayName')}
      />
      <Rows field="phoneNumbers" profile={profile} form={form} />
      <Rows field="addresses" profile={profile} form={form} />
      <FailureNotice error={form.failure} title="Your profile was not saved." unchanged="Nothing was changed." />
      <div className="ls-actions my-form-end">
        <Button type="submit" loading={form.busy}>
          Save
        </Button>
        <Button variant="default" onClick={onEnd}>
          Cancel
        </Button>
      </div>
      <LeaveDialog blocker={blocker} />
    </form>
  )
}

interface RowsProps {
  readonly field: RowsField
  readonly profile: Profile
  readonly form: Form<ProfileValues>
}

function Rows({ field, profile, form }: RowsProps): ReactElement {
  return (
    <RowsEditor
      field={field}
      value={form.values[field]}
      error={form.field(field).error}
      faultAt={form.faultAt}
      readOnly={!mayChange(profile, field)}
      description={notHere(profile, field)}
      onChange={(text) => form.set(field, text)}
    />
  )
}

/** Why a field cannot be changed here; undefined when it can. */
function notHere(profile: Profile, field: string): string | undefined {
  if (mayChange(profile, field)) return undefined
  const manager = managerOf(profile, field)
  return manager === undefined ? 'Your help desk changes this.' : `Managed by ${manager}; it is changed there.`
}
