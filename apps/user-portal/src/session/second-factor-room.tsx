import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { useForm } from '@lockstep/ui/form/use-form'
import { ProofField } from '@lockstep/ui/second-factor/proof-form'
import { authenticatorCode, type ProofKind, proofOf, recoveryCode } from '@lockstep/ui/second-factor/proof-rules'
import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { answerPasskey } from '../second-factor/passkey-calls.ts'
import { Door } from './door.tsx'
import { signOut } from './leave.ts'
import { useEnter } from './use-enter.ts'

/** The second step of signing in: a passkey, a code of the authenticator, or a recovery code. */
export function SecondFactorRoom(): ReactElement {
  const { user, methods = [], passkeyOptions } = useSuspenseQuery(sessionQuery).data
  const hasPasskey = passkeyOptions !== undefined && methods.includes('passkey')
  const hasCode = methods.includes('code')
  return (
    <Door title="Second factor">
      <p className="ls-dim">
        Signing in as <strong>{user?.username}</strong>.
      </p>
      {hasPasskey && <PasskeyPart options={passkeyOptions} isFirst={hasCode} />}
      <CodePart hasCode={hasCode} isAlone={!hasPasskey} />
      <p className="ls-dim">Lost everything? Your help desk can reset your second factor.</p>
      <button type="button" className="portal-text-button" onClick={() => void signOut()}>
        Sign in as somebody else
      </button>
    </Door>
  )
}

interface PasskeyPartProps {
  readonly options: Parameters<typeof answerPasskey>[0]
  /** A code can be given instead, below. */
  readonly isFirst: boolean
}

function PasskeyPart({ options, isFirst }: PasskeyPartProps): ReactElement {
  const { to } = useSearch({ from: '/second-factor' })
  const enter = useEnter()
  const form = useForm({
    initial: {},
    rules: {},
    onSubmit: async () => {
      const passkey = await answerPasskey(options)
      await enter(to, await hub.session.answerSecondFactor({ passkey }))
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} className="ls-stack">
      <Button type="submit" fullWidth autoFocus loading={form.busy} leftSection={<IconKey size={16} aria-hidden />}>
        Use your passkey
      </Button>
      <FailureNotice error={form.failure} title="The passkey was not used." />
      {isFirst && <p className="my-or">or</p>}
    </form>
  )
}

interface CodePartProps {
  readonly hasCode: boolean
  /** There is no passkey that could be used instead. */
  readonly isAlone: boolean
}

function CodePart({ hasCode, isAlone }: CodePartProps): ReactElement {
  const { to } = useSearch({ from: '/second-factor' })
  const enter = useEnter()
  const [chosen, setKind] = useState<ProofKind>()
  const kind = chosen ?? (hasCode ? 'code' : 'recovery')
  const isOpen = isAlone || hasCode || chosen !== undefined
  const form = useForm({
    initial: { code: '' },
    rules: { code: kind === 'code' ? authenticatorCode : recoveryCode },
    onSubmit: async ({ code }) => enter(to, await hub.session.answerSecondFactor(proofOf(kind, code))),
  })
  if (!isOpen) {
    return (
      <button type="button" className="portal-text-button" onClick={() => setKind('recovery')}>
        Use a recovery code instead
      </button>
    )
  }
  const change = (next: ProofKind): void => {
    setKind(next)
    form.discard()
  }
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <ProofField
        kind={kind}
        {...(hasCode ? { onKind: change } : {})}
        autoFocus={isAlone || chosen !== undefined}
        field={form.field('code')}
      />
      <FailureNotice error={form.failure} title="You are not signed in." isRepeatable />
      <Button type="submit" fullWidth variant={isAlone ? 'filled' : 'default'} loading={form.busy}>
        Sign in
      </Button>
    </form>
  )
}
