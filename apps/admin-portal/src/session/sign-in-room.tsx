import { FrontDoor } from '@lockstep/ui/door/front-door'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type FormRules, required } from '@lockstep/ui/form/form-rules'
import { type Form, useForm } from '@lockstep/ui/form/use-form'
import { ProofField } from '@lockstep/ui/second-factor/proof-form'
import { authenticatorCode, type ProofKind, proofOf, recoveryCode } from '@lockstep/ui/second-factor/proof-rules'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { safeTarget } from './access.ts'
import { ForgottenPassword } from './forgotten-password.tsx'

type Values = { readonly email: string; readonly password: string; readonly code: string }
const empty: Values = { email: '', password: '', code: '' }

function rulesFor(kind: ProofKind | undefined): FormRules<Values> {
  const rules = { email: required('your e-mail address'), password: required('your password') }
  return kind === undefined ? rules : { ...rules, code: kind === 'code' ? authenticatorCode : recoveryCode }
}

/** E-mail and password, then the second factor of those who have one; leads back to where the visitor wanted to go. */
export function SignInRoom(): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const { to } = useSearch({ from: '/sign-in' })
  const session = useSuspenseQuery(sessionQuery).data
  // What proves the second factor, once the hub has asked for it.
  const [kind, setKind] = useState<ProofKind>()
  const form = useForm({
    initial: empty,
    rules: rulesFor(kind),
    onSubmit: async ({ email, password, code }) => {
      const proof = kind === undefined ? {} : proofOf(kind, code)
      try {
        queries.setQueryData(
          sessionQuery.queryKey,
          await hub.session.signIn({ email: email.trim(), password, ...proof }),
        )
      } catch (error) {
        if (kind !== undefined || failureOf(error).code !== 'second_factor_required') throw error
        setKind('code')
        return
      }
      router.history.push(`${router.basepath}${safeTarget(to)}`)
    },
  })
  if (kind === undefined) return <PasswordDoor form={form} setUpNeeded={session.setUpNeeded} />
  const change = (next: ProofKind | undefined): void => {
    setKind(next)
    form.set('code', '')
  }
  return (
    <FrontDoor title="Second factor">
      <p className="ls-dim">
        Signing in as <strong>{form.values.email.trim()}</strong>.
      </p>
      <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
        <ProofField kind={kind} onKind={change} autoFocus field={form.field('code')} />
        <FailureNotice error={form.failure} title="You are not signed in." isRepeatable />
        <Button type="submit" fullWidth loading={form.busy}>
          Sign in
        </Button>
      </form>
      <p className="ls-dim">Lost both? Another administrator can reset your second factor under Settings.</p>
      <button type="button" className="portal-text-button" onClick={() => change(undefined)}>
        Sign in as somebody else
      </button>
    </FrontDoor>
  )
}

interface PasswordDoorProps {
  readonly form: Form<Values>
  readonly setUpNeeded: boolean
}

function PasswordDoor({ form, setUpNeeded }: PasswordDoorProps): ReactElement {
  const [isForgotten, setForgotten] = useState(false)
  if (isForgotten) return <ForgottenPassword email={form.values.email} onBack={() => setForgotten(false)} />
  return (
    <FrontDoor title="Sign in">
      {setUpNeeded && (
        <p className="ls-dim">
          This hub has no administrator yet. Open the set-up link that was printed when the hub started.
        </p>
      )}
      <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
        <TextInput label="E-mail" type="email" autoComplete="username" autoFocus {...form.field('email')} />
        <PasswordInput label="Password" autoComplete="current-password" {...form.field('password')} />
        <FailureNotice error={form.failure} title="You are not signed in." isRepeatable />
        <Button type="submit" fullWidth loading={form.busy}>
          Sign in
        </Button>
      </form>
      <button type="button" className="portal-text-button" onClick={() => setForgotten(true)}>
        Forgotten your password?
      </button>
    </FrontDoor>
  )
}
