import type { Change, ChangedGroup, ChangedMembership, ChangedSystem, ChangedUser } from '@lockstep/contract/hub/change'
import type { DirectoryChanges } from '../../directory/changes/change-feed.service.ts'
import { membershipKey } from '../../directory/changes/change-fold.rules.ts'
import type { Group } from '../../directory/groups/group.rules.ts'
import type { InventoryRecord } from '../../directory/inventory/record.rules.ts'
import { comparableFields, type User } from '../../directory/users/user.rules.ts'

type Item = Awaited<ReturnType<DirectoryChanges['read']>>['items'][number]
type Present = Extract<Item, { present: object }>
type Tombstone = Extract<Item, { touch: object }>

/** A change on the wire; the object comes along when it is wanted. */
export function renderChange(item: Item, { withObject }: { readonly withObject: boolean }): Change {
  if (item.action === 'deleted') return renderTombstone(item)
  const { kind, id, subject } = item.present
  return {
    kind,
    id,
    action: item.action,
    ...('revision' in subject ? { revision: subject.revision } : {}),
    ...(kind === 'membership' ? membershipKey(id) : {}),
    ...(withObject ? { object: renderObject(item.present) } : {}),
  }
}

function renderTombstone({ touch: { kind, id, at, name, email, groupName } }: Tombstone): Change {
  const isOfUser = kind === 'user' || kind === 'membership'
  const label = isOfUser ? 'username' : 'name'
  return {
    kind,
    id,
    action: 'deleted',
    ...(kind === 'membership' ? membershipKey(id) : {}),
    ...(name === null ? {} : { [label]: name }),
    ...(groupName === undefined ? {} : { name: groupName }),
    ...(kind === 'user' && email !== null ? { email } : {}),
    deletedAt: at.toISOString(),
  }
}

function renderObject(present: Present['present']): NonNullable<Change['object']> {
  if (present.kind === 'user') return renderUser(present.subject)
  if (present.kind === 'group') return renderGroup(present.subject)
  return present.kind === 'membership' ? renderMembership(present.subject) : renderSystem(present.subject)
}

function renderUser(user: User): ChangedUser {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.displayname,
    state: user.state,
    department: text(user.attributes['department']),
    jobTitle: text(user.attributes['jobTitle']),
    ...(user.homeDirectoryId === null ? {} : { homeDirectoryId: user.homeDirectoryId }),
    ...(user.suspendedBy === null ? {} : { suspendedBy: user.suspendedBy }),
    activated: user.activated,
    accountLocked: user.accountLocked,
    fields: comparableFields(user),
    revision: user.revision,
    created: user.created.toISOString(),
    updated: user.updated.toISOString(),
  }
}

function renderGroup(group: Group): ChangedGroup {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    email: group.email,
    ...(group.homeDirectoryId === null ? {} : { homeDirectoryId: group.homeDirectoryId }),
    revision: group.revision,
    created: group.created.toISOString(),
    updated: group.updated.toISOString(),
  }
}

function renderMembership({ origins, ...membership }: MembershipSubject): ChangedMembership {
  return { ...membership, origins: [...origins] }
}

type MembershipSubject = Extract<Present['present'], { kind: 'membership' }>['subject']

function renderSystem(system: InventoryRecord): ChangedSystem {
  return {
    id: system.id,
    hostname: system.name,
    displayName: system.displayName,
    fields: system.attributes,
    revision: system.revision,
    created: system.created.toISOString(),
    updated: system.updated.toISOString(),
  }
}
