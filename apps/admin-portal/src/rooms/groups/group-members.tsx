import type { GroupDetail, GroupMember } from '@lockstep/contract/hub/group'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { PersonCell } from '@lockstep/ui/person-cell'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Fragment, type ReactElement, useMemo, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import type { ListSearch } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { UserPicker } from '../../pickers/user-picker.tsx'
import { useSession } from '../../session/use-session.ts'
import { originWords, userStates } from '../../words/words.ts'

/** Who belongs to the group, how they came in, and the way in and out. */
export function GroupMembers({ group }: { readonly group: GroupDetail }): ReactElement {
  const search: ListSearch = useSearch({ from: '/shell/groups/$groupId' })
  const navigate = useNavigate()
  const { denial } = useSession()
  const denied = denial('groups.write')
  const remove = useAct({
    run: (member: GroupMember) => hub.groups.removeMember(group.id, member.userId),
    done: (_, member) =>
      `${member.name} removed from ${group.name}${member.origins.includes('rule') ? ' and exempt from its rule' : ''}`,
    touches: ['groups', `members.${group.id}`, 'users'],
  })
  const { mutate } = remove
  const columns = useMemo(() => memberColumns({ denied, onRemove: mutate }), [denied, mutate])
  return (
    <Section title="Members" actions={<AddMember group={group} denied={denied} />}>
      <FailureNotice error={remove.error} title="The member was not removed." unchanged="Nothing was changed." />
      <GroupsInside group={group} />
      <ListView<GroupMember, ListSearch>
        kind={`members.${group.id}`}
        what="members"
        columns={columns}
        pageSize={25}
        rowId={(member) => member.userId}
        rowName={(member) => member.name}
        isMoving={group.settling}
        search={search}
        onSearch={(next) => void navigate({ to: '/groups/$groupId', params: { groupId: group.id }, search: next })}
        fetchPage={(query, signal) => hub.groups.members(group.id, query, signal)}
        onOpen={(member) => void navigate({ to: '/users/$userId', params: { userId: member.userId } })}
        firstUse={<EmptyState title="No members yet">Add the first one with the search above.</EmptyState>}
      />
    </Section>
  )
}

/** The groups whose users are members through them. */
function GroupsInside({ group: { memberGroups } }: { readonly group: GroupDetail }): ReactElement | undefined {
  if (memberGroups.length === 0) return undefined
  return (
    <p className="portal-wrap">
      Groups in this group, whose users are nested members of it:{' '}
      {memberGroups.map(({ id, name }, index) => (
        <Fragment key={id}>
          {index > 0 && ', '}
          <Link className="portal-link" to="/groups/$groupId" params={{ groupId: id }}>
            {name}
          </Link>
        </Fragment>
      ))}
    </p>
  )
}

interface MemberActions {
  readonly denied: string | undefined
  readonly onRemove: (member: GroupMember) => void
}

/** Why a membership cannot be ended here. */
function keptBy(member: GroupMember): string | undefined {
  return member.origins.every((origin) => origin === 'nested')
    ? 'Member through a group in this group. Change that group, in its directory where it has one.'
    : undefined
}

function originsText({ origins }: GroupMember): string {
  return origins.map((origin) => originWords[origin]).join(', ')
}

function memberColumns({ denied, onRemove }: MemberActions): readonly DataColumn<GroupMember>[] {
  return [
    {
      id: 'displayName',
      header: 'Name',
      width: 240,
      cell: (member) => (
        <PersonCell name={member.name}>
          <Link to="/users/$userId" params={{ userId: member.userId }} tabIndex={-1}>
            {member.name}
          </Link>
        </PersonCell>
      ),
    },
    { id: 'username', header: 'Username', cell: (member) => member.username },
    { id: 'state', header: 'State', cell: (member) => <StatusChip {...userStates[member.state]} /> },
    {
      id: 'origins',
      header: 'Member',
      cell: (member) =>
        member.origins.includes('rule') ? <StatusChip tone="grey" label={originsText(member)} /> : originsText(member),
    },
    {
      id: 'pending',
      header: 'Directory',
      cell: (member) =>
        member.pending ? (
          <StatusChip tone="blue" label="Being written" waiting />
        ) : (
          <span className="ls-dim">in step</span>
        ),
    },
    {
      id: 'remove',
      header: 'Actions',
      width: 100,
      cell: (member) => (
        <ActionButton
          variant="subtle"
          size="compact-xs"
          aria-label={`Remove ${member.name}`}
          denied={denied ?? keptBy(member)}
          onClick={() => onRemove(member)}
        >
          Remove
        </ActionButton>
      ),
    },
  ]
}

function AddMember({
  group,
  denied,
}: {
  readonly group: GroupDetail
  readonly denied: string | undefined
}): ReactElement {
  const [userId, setUserId] = useState('')
  const add = useAct({
    run: (id: string) => hub.groups.addMember(group.id, id),
    done: `Added to ${group.name}`,
    touches: ['groups', `members.${group.id}`, 'users'],
    after: () => setUserId(''),
  })
  return (
    <div className="portal-add">
      <UserPicker label="Add a member" value={userId} disabled={denied !== undefined} onChange={setUserId} />
      <ActionButton
        denied={denied ?? (userId === '' ? 'Choose a user first.' : undefined)}
        loading={add.isPending}
        onClick={() => add.mutate(userId)}
      >
        Add member
      </ActionButton>
      <FailureNotice error={add.error} title="The user was not added." unchanged="Nothing was changed." />
    </div>
  )
}
