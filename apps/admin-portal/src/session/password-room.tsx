import { FrontDoor } from '@lockstep/ui/door/front-door'
import { keepPasswordToken, keptPasswordToken } from '@lockstep/ui/door/kept-token'
import { PasswordChecks } from '@lockstep/ui/door/password-checks'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useForm } from '@lockstep/ui/form/use-form'
import { Time } from '@lockstep/ui/time'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { passwordChecks, passwordRules } from './password-policy.ts'
import { reloadSession } from './reload-session.ts'

const title = 'Choose your password'

/** Where an administrator chooses a password with a link that somebody made for them. */
export function PasswordRoom(): ReactElement {
  const [token] = useState(keptPasswordToken)
  const [isChosen, setChosen] = useState(false)
  // Its answer is kept for nobody else: the key holds no token, and nothing is stored.
  const link = useQuery({
    queryKey: ['password-link'],
    queryFn: ({ signal }) => hub.session.readPasswordLink({ token }, signal),
    enabled: token !== '' && !isChosen,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (isChosen) return <Chosen email={link.data?.email ?? ''} />
  if (token === '') return <Unusable detail="The page was loaded again, or the link is incomplete." />
  if (link.error && failureOf(link.error).code === 'password_link_invalid')
    return <Unusable detail={failureOf(link.error).detail} isOver />
  return (
    <FrontDoor title={title}>
      <QueryView query={link} what="The link">
        {({ email, expires }) => (
          <>
            <p className="ls-dim">
              The link works once and expires <Time at={expires} />.
            </p>
            <PasswordForm token={token} email={email} onChosen={() => setChosen(true)} />
          </>
        )}
      </QueryView>
    </FrontDoor>
  )
}

interface PasswordFormProps {
  readonly token: string
  readonly email: string
  readonly onChosen: () => void
}

function PasswordForm({ token, email, onChosen }: PasswordFormProps): ReactElement {
  const queries = useQueryClient()
  const form = useForm({
    initial: { password: '', again: '' },
    rules: passwordRules,
    onSubmit: async ({ password }) => {
      await hub.session.choosePassword({ token, password })
      keepPasswordToken('')
      onChosen()
      // Sessions of the account have ended; whoever else is signed in here stays so.
      await reloadSession(queries)
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      {/* Read by password managers, so that they keep the password under the right name. */}
      <TextInput label="E-mail" type="email" autoComplete="username" readOnly value={email} />
      <PasswordInput
        label="New password"
        autoComplete="new-password"
        autoFocus
        maxLength={1024}
        {...form.field('password')}
      />
      <PasswordInput label="New password again" autoComplete="new-password" maxLength={1024} {...form.field('again')} />
      <PasswordChecks checks={passwordChecks(form.values)} />
      <FailureNotice error={form.failure} title="The password was not set." unchanged="Nothing was changed." />
      <Button type="submit" fullWidth loading={form.busy}>
        Set password
      </Button>
    </form>
  )
}

function Chosen({ email }: { readonly email: string }): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const session = useQuery(sessionQuery).data
  const other = session?.signedIn === true ? session.administrator?.email : undefined
  const signIn = async (): Promise<void> => {
    if (other !== undefined) {
      await hub.session.signOut()
      queries.clear()
      queries.setQueryData(sessionQuery.queryKey, { signedIn: false, setUpNeeded: false })
    }
    await router.navigate({ to: '/sign-in', replace: true })
  }
  return (
    <FrontDoor title="Your password is set">
      <p role="status">
        Sign in as <strong>{email}</strong> with the new password. You were signed out everywhere else; a second factor
        that you have set up stays.
      </p>
      {other !== undefined && <p className="ls-dim">This browser is signed in as {other}; that ends first.</p>}
      <Button fullWidth autoFocus onClick={() => void signIn()}>
        Go to sign-in
      </Button>
    </FrontDoor>
  )
}

interface UnusableProps {
  readonly detail: string
  /** No other try with the same link can help. */
  readonly isOver?: boolean
}

function Unusable({ detail, isOver = false }: UnusableProps): ReactElement {
  const router = useRouter()
  return (
    <FrontDoor title={isOver ? 'This link cannot be used' : title}>
      <p>{detail}</p>
      {!isOver && <p>Open the link again as it was given to you: it works once, within a day.</p>}
      <p className="ls-dim">Your password has not changed.</p>
      <Button variant="default" fullWidth onClick={() => void router.navigate({ to: '/sign-in' })}>
        Go to sign-in
      </Button>
    </FrontDoor>
  )
}
