// Groups of devices. Whom a rule names is settled in the transaction of a device's change, and after the change of a rule in pieces; what a
// stop leaves undone shows in the group's revisions and is done by the next run.
import { accept, AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Queryable } from '../../platform/db/database.ts'
import { requirePermission, systemActor } from '../access/access.rules.ts'
import { changeUntilWritten, refusing, requireExempted, requireSortable } from '../groups/group-refusals.ts'
import { changeGroup, createGroup, type Group, type GroupInput, ruleOf } from '../groups/group.rules.ts'
import { type ChangeOrigin, type JournalDraft, journalInput } from '../journal/journal.rules.ts'
import * as records from './record.store.ts'
import * as members from './system-group-members.store.ts'
import * as store from './system-group.store.ts'
import {
  type SystemGroupMembership,
  systemGroupMembership,
  type SystemGroupMembershipOptions,
} from './system-group-membership.service.ts'
import { systemVocabulary } from './system-rule-fields.rules.ts'

type Actor = ChangeOrigin['actor']

/** Groups of devices and their members. Refusals are AppErrors. */
export interface SystemGroupService extends SystemGroupMembership {
  create(origin: ChangeOrigin, input: GroupInput): Promise<Group>
  change(origin: ChangeOrigin, id: string, input: GroupInput): Promise<Group>
  remove(origin: ChangeOrigin, id: string): Promise<Group>
  get(actor: Actor, id: string): Promise<Group>
  list(actor: Actor, listing: store.SystemGroupListing): Promise<readonly Group[]>
  count(actor: Actor, listing: store.SystemGroupListing): Promise<number>
  /** Holds devices against every rule, in the caller's transaction. */
  settleSystems(db: Queryable, systemIds: readonly string[]): Promise<void>
  /** Holds every device against the rules that changed since their groups were last settled. */
  settleChangedRules(): Promise<void>
}

export interface SystemGroupServiceOptions extends SystemGroupMembershipOptions {
  readonly clock: Clock
}

const nameIndex = 'system_groups_name'
const movesPerTransaction = 900
const groupsPerPage = 200

export function createSystemGroupService(options: SystemGroupServiceOptions): SystemGroupService {
  const { database } = options
  const find = async (id: string): Promise<Group> => {
    const [group] = await store.findMany(database, [parseId(id) ?? ''])
    if (group === undefined) throw new AppError('not_found', { field: 'id' })
    return group
  }
  const settleChangedRules = () => settleChanged(options)
  return {
    ...groupChanges(options, { find, settleChangedRules }),
    ...systemGroupMembership(options, find),
    async get(actor, id) {
      requirePermission(actor, 'groups.read')
      return find(id)
    },
    async list(actor, listing) {
      requirePermission(actor, 'groups.read')
      requireSortable(listing.sort, store.columnOf)
      return refusing(nameIndex, () => store.list(database, listing))
    },
    async count(actor, listing) {
      requirePermission(actor, 'groups.read')
      return refusing(nameIndex, () => store.count(database, listing))
    },
    async settleSystems(db, systemIds) {
      await members.lockRules(db)
      let after = ''
      for (;;) {
        const page = await store.listDynamic(db, after, groupsPerPage)
        for (const group of page) await settleGroup(options, db, { group, systemIds })
        if (page.length < groupsPerPage) return
        after = page.at(-1)?.id ?? after
      }
    },
    settleChangedRules,
  }
}

interface Settling {
  readonly group: Group
  readonly systemIds?: readonly string[]
}

async function settleGroup(
  { journal }: SystemGroupServiceOptions,
  db: Queryable,
  { group, systemIds }: Settling,
): Promise<number> {
  const scope = { limit: movesPerTransaction, ...(systemIds === undefined ? {} : { systemIds }) }
  const rule = { group, condition: ruleOf(group, systemVocabulary) }
  const moves = await members.settle(db, rule, scope)
  const origin: ChangeOrigin = {
    actor: systemActor('hub'),
    cause: { kind: 'rule', text: `Rule of the group ${group.name}` },
  }
  await journal.record(
    db,
    origin,
    moves.map(({ systemId, systemName, joined }) => ({
      action: joined ? 'system.join_group' : 'system.leave_group',
      subjectKind: 'system',
      subjectId: systemId,
      subject: systemName,
      changes: { [`group:${group.name}`]: joined ? { after: 'member' } : { before: 'member' } },
    })),
  )
  return moves.length
}

async function settleChanged(options: SystemGroupServiceOptions): Promise<void> {
  let after = ''
  for (;;) {
    const behind = await store.findBehind(options.database, after)
    if (behind === undefined) return
    after = behind.id
    let moved = movesPerTransaction
    while (moved === movesPerTransaction)
      moved = await options.database.transaction(async (transaction) => {
        await members.lockRules(transaction)
        const group = await store.lock(transaction, behind.id)
        if (group === undefined) return 0
        const isRuled = group.membershipMethod === 'DYNAMIC_AUTOMATED'
        const count = isRuled ? await settleGroup(options, transaction, { group }) : 0
        // A rule that changed meanwhile comes again: only what the last piece was held against counts.
        if (count < movesPerTransaction) await store.noteApplied(transaction, group.id, group.ruleRevision)
        return count
      })
    options.announce()
  }
}

interface Changing {
  readonly find: (id: string) => Promise<Group>
  readonly settleChangedRules: () => Promise<void>
}

function groupChanges(
  { database, clock, journal, announce }: SystemGroupServiceOptions,
  { find, settleChangedRules }: Changing,
): Pick<SystemGroupService, 'create' | 'change' | 'remove'> {
  const vocabulary = systemVocabulary
  const exempted = {
    find: (ids: readonly string[]) => records.findMany(database, 'system', ids),
    noun: 'system' as const,
  }
  return {
    async create(origin, input) {
      requirePermission(origin.actor, 'groups.write')
      const now = clock.now()
      await requireExempted({ input, known: [], ...exempted })
      const group = accept(createGroup(input, { id: newId(now.getTime()), now, vocabulary }))
      const write = { group, journal: journalInput(origin, draft('system_group.create', group)) }
      if (!(await store.insert(database, write))) throw new AppError('group_name_taken', { field: 'name' })
      announce()
      await settleChangedRules()
      return group
    },
    async change(origin, id, input) {
      requirePermission(origin.actor, 'groups.write')
      return changeUntilWritten(async () => {
        const group = await find(id)
        await requireExempted({ input, known: group.memberQueryExemptions, ...exempted })
        const { group: next, changes } = accept(changeGroup(group, input, { now: clock.now(), vocabulary }))
        if (Object.keys(changes).length === 0) return group
        const journalRow = journalInput(origin, { ...draft('system_group.update', next), changes })
        const write = { group: next, baseRevision: group.revision, journal: journalRow }
        if (!(await refusing(nameIndex, () => store.update(database, write)))) return undefined
        announce()
        await settleChangedRules()
        return next
      })
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'groups.write')
      const group = await find(id)
      await database.transaction(async (transaction) => {
        if (!(await store.remove(transaction, group.id))) throw new AppError('not_found', { field: 'id' })
        await journal.record(transaction, origin, [draft('system_group.delete', group)])
      })
      announce()
      return group
    },
  }
}

function draft(action: string, group: Group): JournalDraft {
  const side = action.endsWith('.delete') ? 'before' : 'after'
  return {
    action,
    subjectKind: 'system_group',
    subjectId: group.id,
    subject: group.name,
    changes: { name: { [side]: group.name } },
  }
}
