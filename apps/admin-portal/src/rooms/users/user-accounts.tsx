import type { UserAccount, UserDetail } from '@lockstep/contract/hub/user'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { tieWords } from '../../words/words.ts'
import { OtherDirectories } from '../directories/other-directories.tsx'
import { TryAgain } from '../directories/try-again.tsx'
import { AccountPassword } from './account-password.tsx'
import { UnbindAccount } from './unbind-account.tsx'
import { UserDrift } from './user-drift.tsx'

/** The user's accounts in outside directories. */
export function UserAccounts({ user }: { readonly user: UserDetail }): ReactElement {
  return (
    <>
      <Section
        title="Directories"
        detail="The user’s accounts in outside directories, each with what became of the last change."
      >
        {user.accounts.length === 0 && <p className="ls-dim">No account anywhere yet.</p>}
        <ul className="portal-rows">
          {user.accounts.map((account) => (
            <AccountRow key={account.id} user={user} account={account} />
          ))}
        </ul>
      </Section>
      <OtherDirectories
        noun="user"
        connected={user.accounts.filter(({ tie }) => tie !== 'released').map(({ directoryId }) => directoryId)}
        bind={(directoryId) => hub.users.bind(user.id, directoryId)}
      />
      <UserDrift user={user} />
    </>
  )
}

function AccountRow({ user, account }: { readonly user: UserDetail; readonly account: UserAccount }): ReactElement {
  const retry = useAct({
    run: () => hub.users.retry(user.id, account.directoryId),
    done: `${account.directoryName} is tried again`,
    touches: ['users'],
  })
  const { error } = account
  return (
    <li>
      <Link to="/directories/$directoryId" params={{ directoryId: account.directoryId }}>
        <strong>{account.directoryName}</strong>
      </Link>
      <AccountState account={account} />
      <span className="ls-dim">{tieWords[account.tie]}</span>
      <span className="ls-spring" />
      {error && <TryAgain directoryName={account.directoryName} retry={retry} />}
      {account.tie === 'bound' && <UnbindAccount user={user} account={account} />}
      {tieHints[account.tie] !== undefined && <span className="ls-dim portal-whole">{tieHints[account.tie]}</span>}
      {account.externalName !== undefined && <span className="ls-mono portal-whole">{account.externalName}</span>}
      {error && (
        <div className="portal-remedy portal-whole">
          <strong>{error.message}</strong>
          <span>{error.remedy}</span>
          <span className="ls-dim">
            Failed <Time at={error.at} />
            {error.retryAt !== undefined && (
              <>
                , next try <Time at={error.retryAt} />
              </>
            )}
          </span>
        </div>
      )}
      <AccountPassword account={account} />
      <FailureNotice error={retry.error} title="The account was not tried again." />
    </li>
  )
}

/** Why there is no button that disconnects. */
const tieHints: Readonly<Partial<Record<UserAccount['tie'], string>>> = {
  group: 'Connected as a member of a group: take the user out of the group, or disconnect the group.',
  imported: 'Came from the domain: take the account out of its integration group to end it.',
}

function AccountState({ account }: { readonly account: UserAccount }): ReactElement {
  if (account.error) return <StatusChip tone="red" label="Failed" />
  if (account.tie === 'released') return <StatusChip tone="grey" label="Released" />
  if (!account.inStep) return <StatusChip tone="blue" label="Being written" waiting />
  return <StatusChip tone="green" label={account.enabled === false ? 'In step, disabled' : 'In step'} />
}
