import type { UserDetail } from '@lockstep/contract/hub/user'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { userQuery } from '../../hub/queries.ts'
import { DirectoryBadge } from '../../lists/directory-badge.tsx'
import { RoomTabs } from '../../lists/room-tabs.tsx'
import { useSession } from '../../session/use-session.ts'
import { originWords, userStates } from '../../words/words.ts'
import { SubjectJournal } from '../journal/subject-journal.tsx'
import { DeleteUser } from './delete-user.tsx'
import { UserAccounts } from './user-accounts.tsx'
import { UserFacts } from './user-facts.tsx'
import { OwnerLink } from './owner-link.tsx'
import { SignInProblem } from './sign-in-problem.tsx'
import { UserLock } from './user-lock.tsx'
import { UserStateAction } from './user-state-action.tsx'

/** One user: what is known, where it comes from, what happened. */
export function UserRoom(): ReactElement {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  return (
    <QueryView query={useQuery(userQuery(userId))} what="The user">
      {(user) => <UserPage user={user} />}
    </QueryView>
  )
}

function UserPage({ user }: { readonly user: UserDetail }): ReactElement {
  const { tab } = useSearch({ from: '/shell/users/$userId' })
  const navigate = useNavigate()
  const { denial } = useSession()
  const to = { to: '/users/$userId', params: { userId: user.id } } as const
  return (
    <>
      <PageHeader
        title={user.name}
        status={
          <>
            <StatusChip {...userStates[user.state]} />
            {user.accountLocked && <StatusChip tone="red" label="Locked out" />}
            {badgeLabel(user) !== undefined && <DirectoryBadge label={badgeLabel(user) ?? ''} />}
          </>
        }
        detail={
          <>
            {[user.username, user.email, user.jobTitle, user.department].filter((text) => text !== '').join(' · ')}
            {user.owner && (
              <>
                {' · provisioned by '}
                <OwnerLink owner={{ kind: 'integration', ...user.owner }} />
              </>
            )}
          </>
        }
        actions={
          <>
            <ActionButton
              variant="default"
              denied={denial('users.write')}
              onClick={() => void navigate({ to: '/users/$userId/edit', params: { userId: user.id } })}
            >
              Edit
            </ActionButton>
            <UserStateAction user={user} />
            <DeleteUser user={user} />
          </>
        }
      />
      <UserLock user={user} />
      <SignInProblem user={user} />
      <RoomTabs
        label="Parts of the user"
        value={tab}
        onChange={(next) => void navigate({ ...to, search: { tab: next } })}
        tabs={[
          { value: 'details', label: 'Details', content: () => <UserFacts user={user} /> },
          { value: 'groups', label: `Groups (${user.groups.length})`, content: () => <UserGroups user={user} /> },
          {
            value: 'accounts',
            label: `Directories (${user.accounts.length})`,
            content: () => <UserAccounts user={user} />,
          },
          { value: 'journal', label: 'Journal', content: () => <SubjectJournal kind="user" id={user.id} /> },
        ]}
      />
    </>
  )
}

/** Where the user exists beside this hub; undefined for a user of this hub alone. */
function badgeLabel({ accounts }: UserDetail): string | undefined {
  const names = accounts.filter(({ tie }) => tie !== 'released').map(({ directoryName }) => directoryName)
  return names.length === 0 ? undefined : `In ${names.join(', ')}`
}

function UserGroups({ user }: { readonly user: UserDetail }): ReactElement {
  return (
    <Section title="Groups" detail="Members are added and removed on the group’s page.">
      {user.groups.length === 0 && <p className="ls-dim">In no group.</p>}
      <ul className="portal-rows">
        {user.groups.map((group) => (
          <li key={group.groupId}>
            <Link to="/groups/$groupId" params={{ groupId: group.groupId }}>
              {group.groupName}
            </Link>
            <span className="ls-dim">{group.origins.map((origin) => originWords[origin]).join(', ')}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
