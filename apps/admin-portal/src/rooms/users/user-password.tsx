import type { UserDetail } from '@lockstep/contract/hub/user'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import type { ReactElement, ReactNode } from 'react'
import { AskedAction } from '../../feedback/asked-action.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { passwordStatuses } from '../../words/password-words.ts'
import { passwordMailOf } from './password-mail.ts'

/** The state of a user's password, and the mail with which they choose one. */
export function UserPassword({ user, aside }: { readonly user: UserDetail; readonly aside: ReactNode }): ReactElement {
  const set = timeOf(user.fields['password_date'])
  const expires =
    timeOf(user.fields['external_password_expiration_date']) ?? timeOf(user.fields['password_expiration_date'])
  return (
    <Section title="Password" actions={<MailAction user={user} />}>
      <Facts
        facts={[
          { name: 'State', value: <PasswordState user={user} />, aside },
          ...(set === undefined ? [] : [{ name: 'Set', value: <Time at={set} /> }]),
          ...(expires === undefined ? [] : [{ name: 'Expires', value: <Time at={expires} /> }]),
        ]}
      />
    </Section>
  )
}

function timeOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Locked and expired are told both. */
function PasswordState({ user }: { readonly user: UserDetail }): ReactElement {
  const isExpiredToo = user.passwordStatus === 'locked' && user.fields['password_expired'] === true
  return (
    <>
      <StatusChip {...passwordStatuses[user.passwordStatus]} />
      {isExpiredToo && <StatusChip {...passwordStatuses.expired} />}
    </>
  )
}

function MailAction({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const { action, noun, effect, denied } = passwordMailOf(user)
  return (
    <AskedAction
      label={action}
      name={action}
      denied={denial('users.write') ?? denied}
      title={`${action} to ${user.name}?`}
      action={action}
      run={() => hub.users.mailPassword(user.id)}
      done={`${noun} on its way to ${user.email}`}
      touches={['notices']}
      failure="No mail was sent."
      unchanged="Nothing was changed."
    >
      <p>
        It goes to {user.email}. {effect}
      </p>
    </AskedAction>
  )
}
