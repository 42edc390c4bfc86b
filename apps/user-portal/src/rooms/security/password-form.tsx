import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, PasswordInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { showPassword } from '../../password/show-password.ts'

interface PasswordFormProps {
  /** What follows, in a sentence. */
  readonly text: string
  readonly action: string
  readonly danger?: boolean
  /** What failed, as a sentence. */
  readonly failed: string
  readonly onPassword: (password: string) => Promise<unknown>
  readonly onDone?: () => void
  readonly onCancel: () => void
}

/** Asks for the password before something is done with a second factor. */
export function PasswordForm(props: PasswordFormProps): ReactElement {
  const form = useForm({
    initial: { password: '' },
    rules: { password: required('your password') },
    onSubmit: async ({ password }) => {
      await props.onPassword(password)
      props.onDone?.()
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <p>{props.text}</p>
      <PasswordInput
        label="Your password"
        description="To be sure that it is you."
        autoComplete="current-password"
        data-autofocus
        visibilityToggleButtonProps={showPassword}
        {...form.field('password')}
      />
      <FailureNotice error={form.failure} title={props.failed} unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={props.onCancel}>
          Cancel
        </Button>
        <Button type="submit" color={props.danger === true ? 'red' : 'indigo'} loading={form.busy}>
          {props.action}
        </Button>
      </div>
    </form>
  )
}
