import type { UserAccount, UserDetail } from '@lockstep/contract/hub/user'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { tieWords } from '../../words/words.ts'
import { UnbindAccount } from './unbind-account.tsx'

/** The user's accounts in outside directories. */
export function UserAccounts({ user }: { readonly user: UserDetail }): ReactElement {
  return (
    <Section
      title="Accounts"
      detail="The user’s counterparts in outside directories."
      actions={<BindUser user={user} />}
    >
      {user.accounts.length === 0 && (
        <p className="ls-dim">No accounts. Bind the user to a directory to create one there.</p>
      )}
      <ul className="portal-rows">
        {user.accounts.map((account) => (
          <AccountRow key={account.id} user={user} account={account} />
        ))}
      </ul>
    </Section>
  )
}

function AccountRow({ user, account }: { readonly user: UserDetail; readonly account: UserAccount }): ReactElement {
  const { denial } = useSession()
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
      {error && (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('users.write')}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Try again now
        </ActionButton>
      )}
      {account.tie === 'bound' && <UnbindAccount user={user} account={account} />}
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
      <FailureNotice error={retry.error} title="The account was not tried again." />
    </li>
  )
}

function AccountState({ account }: { readonly account: UserAccount }): ReactElement {
  if (account.error) return <StatusChip tone="red" label="Failed" />
  if (account.tie === 'released') return <StatusChip tone="grey" label="Released" />
  if (!account.inStep) return <StatusChip tone="blue" label="Being written" waiting />
  return <StatusChip tone="green" label={account.enabled === false ? 'In step, disabled' : 'In step'} />
}

function BindUser({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  const [directoryId, setDirectoryId] = useState<string | null>(null)
  const bound = new Set(
    user.accounts.filter((account) => account.tie === 'bound').map((account) => account.directoryId),
  )
  const free = (useQuery(directoriesQuery).data ?? []).filter((each) => !bound.has(each.id))
  const act = useAct({
    run: (id: string) => hub.users.bind(user.id, id),
    done: 'Bound; the account is written as soon as a sync agent asks',
    touches: ['users', 'directories'],
    after: () => setDirectoryId(null),
  })
  const denied = denial('users.write') ?? (free.length === 0 ? 'The user is bound to every directory.' : undefined)
  return (
    <>
      <Select
        size="xs"
        aria-label="Directory to bind to"
        placeholder="Choose a directory"
        data={free.map((each) => ({ value: each.id, label: each.name }))}
        value={directoryId}
        onChange={setDirectoryId}
        disabled={denied !== undefined}
      />
      <ActionButton
        size="xs"
        variant="default"
        loading={act.isPending}
        denied={denied ?? (directoryId === null ? 'Choose a directory first.' : undefined)}
        onClick={() => directoryId !== null && act.mutate(directoryId)}
      >
        Bind to directory
      </ActionButton>
      <FailureNotice error={act.error} title="The user was not bound." unchanged="Nothing was changed." />
    </>
  )
}
