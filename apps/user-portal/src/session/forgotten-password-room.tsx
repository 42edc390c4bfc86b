import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { Door } from './door.tsx'

/** Asks for a link by mail; says the same whether or not the name is known. */
export function ForgottenPasswordRoom(): ReactElement {
  const [isAsked, setAsked] = useState(false)
  const form = useForm({
    initial: { name: '' },
    rules: { name: required('your username or e-mail address') },
    onSubmit: async ({ name }) => {
      await hub.password.forgotten({ name: name.trim() })
      setAsked(true)
    },
  })
  return (
    <Door title={isAsked ? 'Look into your mails' : 'Forgotten password'}>
      {isAsked ? (
        <div role="status" className="ls-stack">
          <p>
            If there is an account for <strong>{form.values.name.trim()}</strong>, a mail tells what to do next. It may
            take a few minutes.
          </p>
          <p className="ls-dim">Nothing came? Look among unwanted mails, or ask your help desk.</p>
        </div>
      ) : (
        <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
          <TextInput
            label="Username or e-mail"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            {...form.field('name')}
          />
          <FailureNotice error={form.failure} title="No mail was asked for." />
          <Button type="submit" fullWidth loading={form.busy}>
            Send me a mail
          </Button>
        </form>
      )}
      <Link to="/sign-in" className="portal-text-button">
        Back to sign-in
      </Link>
    </Door>
  )
}
