import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Textarea, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'

type GroupValues = { readonly name: string; readonly description: string }

interface GroupFormProps {
  readonly initial: GroupValues
  readonly submitText: string
  readonly failureTitle: string
  readonly onSubmit: (values: GroupValues) => Promise<unknown>
  readonly onCancel: () => void
  /** Off in a dialog, which asks for itself. */
  readonly guarded: boolean
}

/** Name and description of a group. */
export function GroupForm(props: GroupFormProps): ReactElement {
  const form = useForm<GroupValues>({
    initial: props.initial,
    rules: { name: required('a name') },
    onSubmit: ({ name, description }) => props.onSubmit({ name: name.trim(), description: description.trim() }),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="portal-form">
      <TextInput label="Name" withAsterisk autoComplete="off" data-autofocus {...form.field('name')} />
      <Textarea label="Description" autosize minRows={2} maxRows={6} {...form.field('description')} />
      <FailureNotice error={form.failure} title={props.failureTitle} unchanged="Nothing was changed." />
      <div className="ls-actions">
        <Button type="submit" loading={form.busy}>
          {props.submitText}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
      {props.guarded && <UnsavedGuard dirty={form.dirty && !form.busy} />}
    </form>
  )
}
