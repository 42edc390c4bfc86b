import type { PasswordLinkFacts } from '@lockstep/contract/portal/password'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button } from '@mantine/core'
import type { ReactElement } from 'react'
import { meetsDemands } from '../password/demands.ts'
import { NewPassword } from '../password/new-password.tsx'

interface ChoosePasswordProps {
  readonly facts: PasswordLinkFacts
  readonly action: string
  readonly onChosen: (password: string) => Promise<unknown>
}

/** Chooses the password of the person whom a link was made for. */
export function ChoosePassword({ facts, action, onChosen }: ChoosePasswordProps): ReactElement {
  const { username } = facts.user
  const form = useForm({
    initial: { password: '' },
    rules: { password: meetsDemands(username, facts.policy) },
    onSubmit: ({ password }) => onChosen(password),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      {/* Read by password managers, so that they keep the password under the right name. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <NewPassword
        demands={facts.policy}
        username={username}
        value={form.values.password}
        autoFocus
        field={form.field('password')}
      />
      <FailureNotice error={form.failure} title="The password was not set." />
      <Button type="submit" fullWidth loading={form.busy}>
        {action}
      </Button>
    </form>
  )
}
