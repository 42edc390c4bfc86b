import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { FailureNotice } from '../feedback/failure-notice.tsx'
import { required } from '../form/form-rules.ts'
import { useForm } from '../form/use-form.ts'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { safeTarget } from './access.ts'
import { FrontDoor } from './front-door.tsx'

/** E-mail and password; leads back to where the visitor wanted to go. */
export function SignInRoom(): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const { to } = useSearch({ from: '/sign-in' })
  const session = useSuspenseQuery(sessionQuery).data
  const form = useForm({
    initial: { email: '', password: '' },
    rules: { email: required('your e-mail address'), password: required('your password') },
    onSubmit: async (values) => {
      const reply = await hub.session.signIn({ email: values.email.trim(), password: values.password })
      queries.setQueryData(sessionQuery.queryKey, reply)
      router.history.push(`${router.basepath}${safeTarget(to)}`)
    },
  })
  return (
    <FrontDoor title="Sign in">
      {session.setUpNeeded && (
        <p className="ls-dim">
          This hub has no administrator yet. Open the set-up link that was printed when the hub started.
        </p>
      )}
      <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
        <TextInput label="E-mail" type="email" autoComplete="username" autoFocus {...form.field('email')} />
        <PasswordInput label="Password" autoComplete="current-password" {...form.field('password')} />
        <FailureNotice error={form.failure} title="You are not signed in." />
        <Button type="submit" fullWidth loading={form.busy}>
          Sign in
        </Button>
      </form>
    </FrontDoor>
  )
}
