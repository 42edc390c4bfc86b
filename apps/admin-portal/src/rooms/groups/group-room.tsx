import type { GroupDetail } from '@lockstep/contract/hub/group'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { groupQuery } from '../../hub/queries.ts'
import { DirectoryBadge } from '../../lists/directory-badge.tsx'
import { RoomTabs } from '../../lists/room-tabs.tsx'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { DeclaredValues } from '../declared/declared-values.tsx'
import { OwnerLink } from '../users/owner-link.tsx'
import { SubjectJournal } from '../journal/subject-journal.tsx'
import { GroupDirectories } from './group-directories.tsx'
import { GroupForm } from './group-form.tsx'
import { GroupMembers } from './group-members.tsx'
import { GroupMembership, GroupSuggestions } from './group-membership.tsx'
import { GroupSecondFactor } from './group-second-factor.tsx'

/** One group: its members, its counterparts in directories, what happened. */
export function GroupRoom(): ReactElement {
  const { groupId } = useParams({ from: '/shell/groups/$groupId' })
  return (
    <QueryView query={useQuery(groupQuery(groupId))} what="The group">
      {(group) => (
        <>
          <PageHeader
            title={group.name}
            status={
              group.directories.length > 0 && (
                <DirectoryBadge
                  label={`In ${group.directories.map(({ directoryName }) => directoryName).join(', ')}`}
                />
              )
            }
            detail={
              <>
                {group.description === '' ? '' : `${group.description} · `}
                {counted(group.memberCount, 'member')}
                {group.owner && (
                  <>
                    {' · provisioned by '}
                    <OwnerLink owner={{ kind: 'integration', ...group.owner }} />
                  </>
                )}
              </>
            }
            actions={
              <>
                <EditGroup group={group} />
                <DeleteGroup group={group} />
              </>
            }
          />
          <GroupSuggestions group={group} />
          <GroupTabs group={group} />
        </>
      )}
    </QueryView>
  )
}

function GroupTabs({ group }: { readonly group: GroupDetail }): ReactElement {
  const { tab } = useSearch({ from: '/shell/groups/$groupId' })
  const navigate = useNavigate()
  const to = { to: '/groups/$groupId', params: { groupId: group.id } } as const
  return (
    <RoomTabs
      label="Parts of the group"
      value={tab}
      onChange={(next) => void navigate({ ...to, search: next === 'members' ? {} : { tab: next } })}
      tabs={[
        { value: 'members', label: 'Members', content: () => <GroupParts group={group} /> },
        {
          value: 'directories',
          label: `Directories (${group.directories.length})`,
          content: () => <GroupDirectories group={group} />,
        },
      ]}
    />
  )
}

function GroupParts({ group }: { readonly group: GroupDetail }): ReactElement {
  return (
    <>
      <GroupMembers group={group} />
      <div className="portal-columns">
        <div>
          <GroupMembership group={group} />
          <GroupSecondFactor group={group} />
          <DeclaredValues kind="groups" id={group.id} />
        </div>
        <div>
          <SubjectJournal kind="group" id={group.id} limit={10} />
        </div>
      </div>
    </>
  )
}

function EditGroup({ group }: { readonly group: GroupDetail }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const close = (): void => setOpened(false)
  const save = useAct({
    run: (values: { readonly name: string; readonly description: string }) =>
      hub.groups.update(group.id, { ...values, revision: group.revision }),
    done: (fresh) => `${fresh.name} saved`,
    touches: ['groups'],
    after: close,
  })
  return (
    <>
      <ActionButton variant="default" denied={denial('groups.write')} onClick={() => setOpened(true)}>
        Edit
      </ActionButton>
      <Modal opened={opened} onClose={close} title={`Edit ${group.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
        <GroupForm
          guarded={false}
          initial={{ name: group.name, description: group.description }}
          submitText="Save changes"
          failureTitle="The changes were not saved."
          onSubmit={(values) => save.mutateAsync(values)}
          onCancel={close}
        />
      </Modal>
    </>
  )
}

function DeleteGroup({ group }: { readonly group: GroupDetail }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.groups.remove(group.id),
    done: `${group.name} deleted`,
    touches: [],
    after: () => void navigate({ to: '/groups' }),
  })
  return (
    <>
      <ActionButton variant="default" c="var(--ls-red)" denied={denial('groups.write')} onClick={() => setOpened(true)}>
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete ${group.name}?`}
        action="Delete group"
        danger
        typedName={group.name}
        busy={act.isPending}
        error={<FailureNotice error={act.error} title="The group was not deleted." unchanged="Nothing was changed." />}
        onConfirm={() => act.mutate()}
        onClose={() => {
          act.reset()
          setOpened(false)
        }}
      >
        <p>
          {counted(group.memberCount, 'member')} lose what this group gives them; the users themselves stay. This cannot
          be undone.
        </p>
      </ConfirmDialog>
    </>
  )
}
