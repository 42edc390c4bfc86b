import { FrontDoor } from '@lockstep/ui/door/front-door'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { emailAddress } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'

interface ForgottenPasswordProps {
  readonly email: string
  readonly onBack: () => void
}

/** Asks for a link by mail; says the same whether or not the address is known. */
export function ForgottenPassword({ email, onBack }: ForgottenPasswordProps): ReactElement {
  const [isAsked, setAsked] = useState(false)
  const form = useForm({
    initial: { email },
    rules: { email: emailAddress },
    onSubmit: async (values) => {
      await hub.session.requestPasswordLink({ email: values.email.trim() })
      setAsked(true)
    },
  })
  return (
    <FrontDoor title="Forgotten password">
      {isAsked ? (
        <p role="status">
          If {form.values.email.trim()} is an administrator’s address and this hub sends mails, a link is on its way. It
          works once, within a day. Otherwise another administrator can make you a link under Settings.
        </p>
      ) : (
        <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
          <TextInput label="E-mail" type="email" autoComplete="username" autoFocus {...form.field('email')} />
          <FailureNotice error={form.failure} title="No link was asked for." />
          <Button type="submit" fullWidth loading={form.busy}>
            Send me a link
          </Button>
        </form>
      )}
      <button type="button" className="portal-text-button" onClick={onBack}>
        Back to signing in
      </button>
    </FrontDoor>
  )
}
