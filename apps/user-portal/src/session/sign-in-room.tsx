import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../hub/hub.ts'
import { showPassword } from '../password/show-password.ts'
import { Door } from './door.tsx'
import { SignInRefusal } from './sign-in-refusal.tsx'
import { useEnter } from './use-enter.ts'

/** Username or e-mail address, and the password; what else is asked comes after it. */
export function SignInRoom(): ReactElement {
  const { to, ended = false } = useSearch({ from: '/sign-in' })
  const enter = useEnter()
  const form = useForm({
    initial: { name: '', password: '' },
    rules: { name: required('your username or e-mail address'), password: required('your password') },
    onSubmit: async ({ name, password }) => enter(to, await hub.session.signIn({ name: name.trim(), password })),
  })
  return (
    <Door title="Sign in">
      {ended && form.failure === undefined && <p className="ls-dim">Your session has ended. Sign in to go on.</p>}
      <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
        <TextInput
          label="Username or e-mail"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          {...form.field('name')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          visibilityToggleButtonProps={showPassword}
          {...form.field('password')}
        />
        <SignInRefusal error={form.failure} />
        <Button type="submit" fullWidth loading={form.busy}>
          Sign in
        </Button>
      </form>
      <Link to="/forgotten-password" className="portal-text-button">
        Forgotten your password?
      </Link>
    </Door>
  )
}
