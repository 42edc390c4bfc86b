import type { PortalSession } from '@lockstep/contract/portal/session'
import type { PasswordDemands } from '@lockstep/contract/portal/password'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, PasswordInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { hub } from '../hub/hub.ts'
import { meetsDemands } from './demands.ts'
import { NewPassword } from './new-password.tsx'
import { showPassword } from './show-password.ts'

interface ChangePasswordProps {
  readonly demands: PasswordDemands
  readonly username: string
  readonly onChanged: (session: PortalSession) => Promise<unknown>
}

/** The present password and a new one. */
export function ChangePassword({ demands, username, onChanged }: ChangePasswordProps): ReactElement {
  const form = useForm({
    initial: { presentPassword: '', password: '' },
    rules: { presentPassword: required('your present password'), password: meetsDemands(username, demands) },
    onSubmit: async (values) => {
      await onChanged(await hub.password.change(values))
      form.discard()
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack my-form">
      {/* Read by password managers, so that they keep the password under the right name. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <PasswordInput
        label="Present password"
        autoComplete="current-password"
        visibilityToggleButtonProps={showPassword}
        {...form.field('presentPassword')}
      />
      <NewPassword demands={demands} username={username} value={form.values.password} field={form.field('password')} />
      <FailureNotice
        error={form.failure}
        title="Your password was not changed."
        unchanged="The present one still holds."
      />
      <div className="my-form-end">
        <Button type="submit" loading={form.busy}>
          Change password
        </Button>
      </div>
    </form>
  )
}
