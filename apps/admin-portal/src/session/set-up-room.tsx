import { FrontDoor } from '@lockstep/ui/door/front-door'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { emailAddress, required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { passwordRules } from './password-policy.ts'

/** Makes the first administrator, from the link that the hub printed. */
export function SetUpRoom(): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const { token } = useSearch({ from: '/set-up' })
  const form = useForm({
    initial: { name: '', email: '', password: '', again: '' },
    rules: {
      name: required('your name'),
      email: emailAddress,
      ...passwordRules,
    },
    onSubmit: async ({ name, email, password }) => {
      const reply = await hub.session.setUp({ token, name: name.trim(), email: email.trim(), password })
      queries.setQueryData(sessionQuery.queryKey, reply)
      router.history.push(`${router.basepath}/`)
    },
  })
  if (token === '') {
    return (
      <FrontDoor title="Set up Lockstep">
        <p>The link is incomplete. Copy it whole from where the hub was started; it ends in a long code.</p>
      </FrontDoor>
    )
  }
  return (
    <FrontDoor title="Set up Lockstep">
      <p className="ls-dim">You become the first administrator and can invite others afterwards.</p>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
        <TextInput label="Name" autoComplete="name" autoFocus {...form.field('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.field('email')} />
        <PasswordInput
          label="Password"
          description="At least 12 characters. Length beats variety."
          autoComplete="new-password"
          {...form.field('password')}
        />
        <PasswordInput label="Password again" autoComplete="new-password" {...form.field('again')} />
        <FailureNotice error={form.failure} title="The administrator was not created." />
        <Button type="submit" fullWidth loading={form.busy}>
          Create administrator
        </Button>
      </form>
    </FrontDoor>
  )
}
