import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type Group, ruleOf } from '../groups/group.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { InventoryRecord } from './record.rules.ts'
import * as records from './record.store.ts'
import * as store from './system-group.store.ts'
import * as members from './system-group-members.store.ts'
import { systemVocabulary } from './system-rule-fields.rules.ts'

type Actor = ChangeOrigin['actor']
type Page = { readonly groupId: string; readonly limit: number; readonly skip: number }
type ChangeMember = (origin: ChangeOrigin, groupId: string, systemId: string) => Promise<void>

/** Members of groups of devices. */
export interface SystemGroupMembership {
  addMember: ChangeMember
  removeMember: ChangeMember
  /** Refuses with `not_found` unless the device is a member. */
  requireMember(actor: Actor, groupId: string, systemId: string): Promise<void>
  listMembers(actor: Actor, page: Page): Promise<{ readonly ids: readonly string[]; readonly total: number }>
  listSuggestions(
    actor: Actor,
    page: Page,
  ): Promise<{ readonly rows: readonly members.SystemSuggestion[]; readonly total: number }>
  /** Does what is suggested about the devices; answers those about which something was. */
  applySuggestions(origin: ChangeOrigin, groupId: string, systemIds: readonly string[]): Promise<readonly string[]>
}

export interface SystemGroupMembershipOptions {
  readonly database: Database
  readonly journal: JournalService
  readonly announce: () => void
}

export function systemGroupMembership(
  options: SystemGroupMembershipOptions,
  find: (id: string) => Promise<Group>,
): SystemGroupMembership {
  const { database } = options
  const ruleFor = (group: Group) => ({ group, condition: ruleOf(group, systemVocabulary) })
  const { addMember, removeMember } = memberChanges(options)
  return {
    addMember,
    removeMember,
    async requireMember(actor, groupId, systemId) {
      requirePermission(actor, 'groups.read')
      const { id } = await find(groupId)
      if (!(await members.has(database, id, parseId(systemId) ?? ''))) throw notMember()
    },
    async listMembers(actor, page) {
      requirePermission(actor, 'groups.read')
      const { id } = await find(page.groupId)
      return members.listPage(database, { ...page, groupId: id })
    },
    async listSuggestions(actor, page) {
      requirePermission(actor, 'groups.read')
      const group = await find(page.groupId)
      if (group.membershipMethod !== 'DYNAMIC_REVIEW_REQUIRED') return { rows: [], total: 0 }
      return members.listSuggestions(database, ruleFor(group), page)
    },
    async applySuggestions(origin, groupId, systemIds) {
      requirePermission(origin.actor, 'groups.write')
      const group = await find(groupId)
      if (group.membershipMethod !== 'DYNAMIC_REVIEW_REQUIRED') return []
      const page = { limit: systemIds.length, skip: 0, systemIds }
      const { rows } = await members.listSuggestions(database, ruleFor(group), page)
      for (const { systemId, op } of rows)
        await (op === 'add' ? addMember : removeMember)(origin, group.id, systemId).catch(unlessInStep)
      return rows.map(({ systemId }) => systemId)
    },
  }
}

/** Somebody else did it meanwhile, or the device or the group is gone. */
function unlessInStep(error: unknown): void {
  if (!(error instanceof AppError && (error.code === 'already_exists' || error.code === 'not_found'))) throw error
}

function notMember(): AppError {
  return new AppError('not_found', { field: 'id', detail: 'id: the system is not a member.' })
}

interface Pair {
  readonly group: Group
  readonly system: InventoryRecord
}

function memberChanges({
  database,
  journal,
  announce,
}: SystemGroupMembershipOptions): Pick<SystemGroupMembership, 'addMember' | 'removeMember'> {
  const change = async (
    origin: ChangeOrigin,
    key: { readonly groupId: string; readonly systemId: string },
    work: (db: Queryable, pair: Pair) => Promise<void>,
  ): Promise<void> => {
    requirePermission(origin.actor, 'groups.write')
    await database.transaction(async (transaction) => {
      const group = await store.lock(transaction, parseId(key.groupId) ?? '')
      if (group === undefined) throw new AppError('not_found', { field: 'group_id' })
      const [system] = await records.lockMany(transaction, 'system', [parseId(key.systemId) ?? ''])
      if (system === undefined) throw new AppError('not_found', { field: 'id', detail: 'id: there is no such system.' })
      await work(transaction, { group, system })
    })
    announce()
  }
  return {
    addMember: (origin, groupId, systemId) =>
      change(origin, { groupId, systemId }, async (db, pair) => {
        if (!(await members.insert(db, pair.group.id, pair.system.id))) throw new AppError('already_exists')
        const exempted = await exemptFrom(db, pair, 'unnamed')
        await journal.record(db, origin, [...exempted, ...drafts('add', pair)])
      }),
    removeMember: (origin, groupId, systemId) =>
      change(origin, { groupId, systemId }, async (db, pair) => {
        if (!(await members.remove(db, pair.group.id, pair.system.id))) throw notMember()
        const exempted = await exemptFrom(db, pair, 'named')
        await journal.record(db, origin, [...exempted, ...drafts('remove', pair)])
      }),
  }
}

/**
 * What a person does by hand in a group whose members a rule decides holds against the rule: the device is exempted from it. Answers what
 * the journal is to say of that.
 */
async function exemptFrom(
  db: Queryable,
  { group, system }: Pair,
  when: 'named' | 'unnamed',
): Promise<readonly JournalDraft[]> {
  const before = group.memberQueryExemptions
  if (group.membershipMethod !== 'DYNAMIC_AUTOMATED' || before.includes(system.id)) return []
  const isNamed = await members.isNamed(db, ruleOf(group, systemVocabulary), system.id)
  if (isNamed !== (when === 'named')) return []
  await store.exempt(db, group.id, system.id)
  const changes = { memberQueryExemptions: { before, after: [...before, system.id] } }
  return [
    { action: 'system_group.update', subjectKind: 'system_group', subjectId: group.id, subject: group.name, changes },
  ]
}

function drafts(kind: 'add' | 'remove', { group, system }: Pair): JournalDraft[] {
  const side = kind === 'add' ? 'after' : 'before'
  const systemName = system.displayName === '' ? system.name : system.displayName
  return [
    {
      action: kind === 'add' ? 'system_group.member_add' : 'system_group.member_remove',
      subjectKind: 'system_group',
      subjectId: group.id,
      subject: group.name,
      changes: { member: { [side]: systemName } },
    },
    {
      action: kind === 'add' ? 'system.join_group' : 'system.leave_group',
      subjectKind: 'system',
      subjectId: system.id,
      subject: systemName,
      changes: { [`group:${group.name}`]: { [side]: 'member' } },
    },
  ]
}
