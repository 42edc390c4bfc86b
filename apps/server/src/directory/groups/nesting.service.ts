import { AppError } from '@lockstep/contract/app-error'
import type { Queryable } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { nestingDraft } from './group-drafts.ts'
import type { Group } from './group.rules.ts'
import * as store from './group.store.ts'
import type { MembershipOptions } from './membership.service.ts'
import * as nestings from './nesting.store.ts'

/** Which groups come into a group and leave it. */
export interface NestingChanges {
  readonly group: Group
  readonly named: readonly { readonly verb: 'add' | 'remove' | 'replace'; readonly groups: readonly string[] }[]
}

const groupsInGroup = 1_000

/** Carries out the part of changes that is about groups in the group, one after the other; the group is locked. */
export async function nestWithin(
  transaction: Queryable,
  { journal }: Pick<MembershipOptions, 'journal'>,
  origin: ChangeOrigin,
  { group, named }: NestingChanges,
): Promise<void> {
  let isMore = false
  for (const { verb, groups } of named) {
    if (verb !== 'replace' && groups.length === 0) continue
    const present = verb === 'add' ? [] : await nestings.listIn(transaction, [group.id])
    const inside = present.map(({ memberGroupId }) => memberGroupId)
    const gone = verb === 'remove' ? groups : verb === 'replace' ? inside.filter((id) => !groups.includes(id)) : []
    const came = verb === 'remove' || groups.length === 0 ? [] : await nestings.nest(transaction, group.id, groups)
    const went = inside.length === 0 ? [] : await nestings.unnest(transaction, group.id, gone)
    const names = new Map(
      (await store.findMany(transaction, [...came, ...went])).map(({ id, name }) => [id as string, name]),
    )
    const drafts = [
      ...came.map((id) => nestingDraft('group.nest', group, names.get(id) ?? id)),
      ...went.map((id) => nestingDraft('group.unnest', group, names.get(id) ?? id)),
    ]
    if (drafts.length > 0) await journal.record(transaction, origin, drafts)
    isMore ||= came.length > 0
  }
  // What is there in the end counts: one that goes makes room for one that comes, in whatever order.
  if (isMore && (await nestings.listIn(transaction, [group.id])).length > groupsInGroup)
    throw new AppError('invalid_request', {
      field: 'members',
      detail: `members: a group has at most ${groupsInGroup} groups as members.`,
    })
}
