// What the change feed tells of, as it is now: found by id, and listed by id.
import type { ChangeKind } from '@lockstep/contract/hub/change'
import type { Group } from '../groups/group.rules.ts'
import type { MembershipListing } from '../groups/membership-listing.service.ts'
import type { GroupService } from '../groups/group.service.ts'
import type { RecordService } from '../inventory/record.service.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { User } from '../users/user.rules.ts'
import type { UserService } from '../users/user.service.ts'
import { membershipId, membershipKey } from './change-fold.rules.ts'

type Actor = ChangeOrigin['actor']
type Membership = Awaited<ReturnType<MembershipListing['findMany']>>[number]
type System = Awaited<ReturnType<RecordService['get']>>

/** Something that exists, with what it is. */
export type ChangeSubject =
  | { readonly kind: 'user'; readonly id: string; readonly subject: User }
  | { readonly kind: 'group'; readonly id: string; readonly subject: Group }
  | { readonly kind: 'membership'; readonly id: string; readonly subject: Membership }
  | { readonly kind: 'system'; readonly id: string; readonly subject: System }

export interface ChangeSubjectSources {
  readonly users: Pick<UserService, 'list' | 'findMany'>
  readonly groups: Pick<GroupService, 'list'>
  readonly memberships: MembershipListing
  readonly systems: Pick<RecordService, 'list'>
}

export interface ChangeSubjects {
  /** Those that exist; at most a page. */
  find(actor: Actor, kind: ChangeKind, ids: readonly string[]): Promise<readonly ChangeSubject[]>
  /** The next ones by id, and the last id that was looked at when there may be more. */
  listAfter(
    actor: Actor,
    page: { readonly kind: ChangeKind; readonly after: string; readonly limit: number },
  ): Promise<{ readonly subjects: readonly ChangeSubject[]; readonly end?: string }>
}

export function createChangeSubjects(sources: ChangeSubjectSources): ChangeSubjects {
  const { users, memberships, systems } = sources
  return {
    async find(actor, kind, ids) {
      if (ids.length === 0) return []
      if (kind === 'user') return (await users.findMany(ids)).map(ofUser)
      if (kind === 'group') return (await memberships.findGroups(actor, ids)).map(ofGroup)
      if (kind === 'membership') return (await memberships.findMany(actor, ids.map(membershipKey))).map(ofMembership)
      const condition = { field: 'id', operator: 'in', values: ids } as const
      return (await systems.list(actor, { condition, sort: [], limit: ids.length })).map(ofSystem)
    },
    async listAfter(actor, page) {
      const { kind, limit } = page
      if (kind !== 'user') {
        const subjects = await listOthers(sources, actor, { ...page, kind })
        return withEnd(subjects, subjects, limit)
      }
      const listed = await users.list(actor, { sort: [], limit, ...placeAfter(page.after) })
      // Whoever was deleted in between is left out here, and told of as deleted later.
      return withEnd((await users.findMany(listed.map(({ id }) => id))).map(ofUser), listed, limit)
    },
  }
}

interface OtherPage {
  readonly kind: Exclude<ChangeKind, 'user'>
  readonly after: string
  readonly limit: number
}

async function listOthers(
  { groups, memberships, systems }: ChangeSubjectSources,
  actor: Actor,
  { kind, after, limit }: OtherPage,
): Promise<readonly ChangeSubject[]> {
  if (kind === 'group') return (await groups.list(actor, { sort: [], limit, ...placeAfter(after) })).map(ofGroup)
  if (kind === 'membership') {
    const key = after === '' ? {} : { after: membershipKey(after) }
    return (await memberships.listAfter(actor, { ...key, limit })).map(ofMembership)
  }
  return (await systems.list(actor, { sort: [], limit, ...(after === '' ? {} : { afterId: after }) })).map(ofSystem)
}

function placeAfter(id: string): { readonly after?: { readonly value: string; readonly id: string } } {
  return id === '' ? {} : { after: { value: '', id } }
}

function withEnd(
  subjects: readonly ChangeSubject[],
  listed: readonly { readonly id: string }[],
  limit: number,
): { readonly subjects: readonly ChangeSubject[]; readonly end?: string } {
  const last = listed.at(-1)
  return listed.length < limit || last === undefined ? { subjects } : { subjects, end: last.id }
}

function ofUser(subject: User): ChangeSubject {
  return { kind: 'user', id: subject.id, subject }
}

function ofGroup(subject: Group): ChangeSubject {
  return { kind: 'group', id: subject.id, subject }
}

function ofMembership(subject: Membership): ChangeSubject {
  return { kind: 'membership', id: membershipId(subject.groupId, subject.userId), subject }
}

function ofSystem(subject: System): ChangeSubject {
  return { kind: 'system', id: subject.id, subject }
}
