// Makes the members of dynamic groups what the rules say. It starts from stored state alone: a change of a user is held against every
// rule, a changed rule against every user, and whoever is where the rule says already costs no write. Running it twice does no harm,
// and what a stop leaves undone is done by the next run.
import { accept, AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission, systemActor } from '../access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { User } from '../users/user.rules.ts'
import { type Group, isDynamic, ruleOf } from './group.rules.ts'
import * as groups from './group.store.ts'
import { readMemberQuery } from './member-query.rules.ts'
import * as progress from './rule-progress.store.ts'
import { decideMembership, type RuleActions, type RuleFacts } from './rule-members.rules.ts'
import * as store from './rule-members.store.ts'
import { createRuleValues, type RuleValues } from './rule-values.service.ts'
import { userVocabulary } from './user-rule-fields.rules.ts'

/** A membership and its journal row: under 2,000 rows a transaction. */
const changesPerTransaction = 900
const usersPerQuery = 300
const rulesPerQuery = 40
const groupsPerPage = 200

export interface GroupRules extends RuleValues {
  /** Holds users against every rule. */
  settleUsers(userIds: readonly string[], signal?: AbortSignal): Promise<void>
  /** Holds every user against the rules that changed since their groups were last settled. */
  settleChangedRules(signal?: AbortSignal): Promise<void>
  /** Holds every user against every rule. */
  settleAll(signal?: AbortSignal): Promise<void>
  /** Whom a rule would name: how many, and the first of them by id. */
  preview(actor: ChangeOrigin['actor'], memberQuery: JsonObject, limit: number): Promise<RuledUsers>
  /** Which members of a group a rule would not keep, were it the group's. */
  previewLeaving(actor: ChangeOrigin['actor'], wish: RuleWish, limit: number): Promise<RuledUsers>
}

interface RuledUsers {
  readonly users: readonly User[]
  readonly total: number
}

/** A rule that a group might get. */
export interface RuleWish {
  readonly groupId: string
  readonly memberQuery: JsonObject
  /** Absent: those that the group has. */
  readonly exemptions?: readonly string[]
}

export interface GroupRulesOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly findUsers: (ids: readonly string[]) => Promise<readonly User[]>
  readonly announce: () => void
}

export function createGroupRules(options: GroupRulesOptions): GroupRules {
  const { database, findUsers } = options
  const settleGroups = async (list: (after: string) => Promise<string | undefined>, signal?: AbortSignal) => {
    let after = ''
    while (!isAborted(signal)) {
      const id = await list(after)
      if (id === undefined) return
      await settleGroup(options, id, signal)
      after = id
    }
  }
  return {
    async settleUsers(userIds, signal) {
      for (let start = 0; start < userIds.length && !isAborted(signal); start += usersPerQuery)
        await settleSomeUsers(options, userIds.slice(start, start + usersPerQuery))
    },
    settleChangedRules: (signal) => settleGroups((after) => progress.findBehind(database, after), signal),
    settleAll: (signal) => settleGroups(async (after) => (await progress.listDynamic(database, after, 1))[0], signal),
    async preview(actor, memberQuery, limit) {
      requirePermission(actor, 'users.read')
      const condition = accept(readMemberQuery(memberQuery, userVocabulary))
      const { userIds, total } = await store.preview(database, condition, limit)
      return { users: await findUsers(userIds), total }
    },
    ...rulePreviews(options),
    ...createRuleValues(options),
  }
}

function rulePreviews({ database, findUsers }: GroupRulesOptions): Pick<GroupRules, 'previewLeaving'> {
  return {
    async previewLeaving(actor, { groupId, memberQuery, exemptions }, limit) {
      requirePermission(actor, 'users.read')
      requirePermission(actor, 'groups.read')
      const [group] = await groups.findMany(database, [parseId(groupId) ?? ''])
      if (group === undefined) throw new AppError('not_found', { field: 'groupId' })
      const condition = accept(readMemberQuery(memberQuery, userVocabulary))
      const ruled = { ...group, memberQueryExemptions: exemptions ?? group.memberQueryExemptions }
      const { userIds, total } = await store.previewLeaving(database, { group: ruled, condition }, limit)
      return { users: await findUsers(userIds), total }
    },
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

async function settleSomeUsers(options: GroupRulesOptions, userIds: readonly string[]): Promise<void> {
  let after = ''
  for (;;) {
    const page = await progress.listDynamic(options.database, after, groupsPerPage)
    for (let start = 0; start < page.length; start += rulesPerQuery) {
      const groupIds = page.slice(start, start + rulesPerQuery)
      let count = changesPerTransaction
      while (count === changesPerTransaction)
        count = await inTransaction(options, (db) => settleUsersIn(options, db, { groupIds, userIds }))
    }
    if (page.length < groupsPerPage) return
    after = page.at(-1) ?? after
  }
}

/** Settles users in some groups, at most a transaction's worth; answers how much there was to do. */
async function settleUsersIn(
  options: GroupRulesOptions,
  db: Queryable,
  { groupIds, userIds }: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<number> {
  const lookAt = async (ids: readonly string[]): Promise<readonly Decided[]> => {
    const rules = await rulesOf(db, ids)
    return decide(rules, await store.listFactsOfUsers(db, rules, userIds)).slice(0, changesPerTransaction)
  }
  const found = await lookAt(groupIds)
  if (found.length === 0) return 0
  // Whoever adds or removes a member by hand holds the group; what was found before this may be theirs.
  const held = await groups.lockMany(db, [...new Set(found.map(({ group }) => group.id as string))])
  const decided = await lookAt(held.map(({ id }) => id))
  await write(options, db, decided)
  return decided.length
}

async function settleGroup(options: GroupRulesOptions, id: string, signal: AbortSignal | undefined): Promise<void> {
  let after = ''
  // A rule that changes while this runs is not what the first users were held against: the group stays behind, and comes again.
  let revision: number | undefined
  while (!isAborted(signal)) {
    const last = await inTransaction(options, async (db) => {
      const group = await groups.lock(db, id)
      if (group === undefined) return undefined
      revision ??= group.ruleRevision
      const rule = inSql(group)
      const facts = await store.listDifferences(db, rule, { after, limit: changesPerTransaction })
      await write(options, db, decide([rule], facts))
      if (facts.length === changesPerTransaction) return facts.at(-1)?.userId
      await progress.noteApplied(db, id, revision)
      return undefined
    })
    if (last === undefined) return
    after = last
  }
}

async function inTransaction<T>(
  { database, announce }: GroupRulesOptions,
  work: (db: Queryable) => Promise<T>,
): Promise<T> {
  const result = await database.transaction(async (db) => {
    await store.lockRules(db)
    return work(db)
  })
  announce()
  return result
}

interface Decided {
  readonly group: Group
  readonly fact: RuleFacts
  readonly actions: RuleActions
}

function decide(rules: readonly store.RuleInSql[], facts: readonly RuleFacts[]): readonly Decided[] {
  const groupOf = new Map(rules.map(({ group }) => [group.id as string, group]))
  return facts.flatMap((fact) => {
    const group = groupOf.get(fact.groupId)
    const actions = group === undefined ? undefined : decideMembership(group, fact)
    return group === undefined || actions === undefined ? [] : [{ group, fact, actions }]
  })
}

async function rulesOf(db: Queryable, groupIds: readonly string[]): Promise<readonly store.RuleInSql[]> {
  return (await groups.findMany(db, groupIds)).map(inSql)
}

function inSql(group: Group): store.RuleInSql {
  return { group, condition: isDynamic(group.membershipMethod) ? ruleOf(group) : { any: [] } }
}

async function write({ journal }: GroupRulesOptions, db: Queryable, decided: readonly Decided[]): Promise<void> {
  const keyOf = ({ fact }: Decided): { groupId: string; userId: string } => ({
    groupId: fact.groupId,
    userId: fact.userId,
  })
  const having = (test: (actions: RuleActions) => boolean) => decided.filter(({ actions }) => test(actions)).map(keyOf)
  await store.keep(
    db,
    having(({ keep }) => keep === true),
  )
  await store.leaveOwn(
    db,
    having(({ leave }) => leave === 'own'),
  )
  await store.leaveAll(
    db,
    having(({ leave }) => leave === 'all'),
  )
  await store.join(
    db,
    having(({ join }) => join === true),
  )
  await store.suggest(
    db,
    decided.flatMap((one) => (one.actions.suggest === undefined ? [] : [{ ...keyOf(one), op: one.actions.suggest }])),
  )
  for (const [name, rows] of Map.groupBy(decided, ({ group }) => group.name))
    await journal.record(db, originOfRule(name), [...rows.flatMap(draftOf), ...suggestionDraft(rows)])
}

/** What is newly suggested about a group, or no longer, as one row: pages that show suggestions follow it, and mails. */
function suggestionDraft(rows: readonly Decided[]): JournalDraft[] {
  const group = rows[0]?.group
  if (group === undefined) return []
  const count = (op: 'add' | 'remove' | null): number => rows.filter(({ actions }) => actions.suggest === op).length
  const subject = { subjectKind: 'group', subjectId: group.id, subject: group.name } as const
  const [add, remove, withdrawn] = [count('add'), count('remove'), count(null)]
  if (add + remove > 0)
    return [{ action: 'group.suggest', ...subject, changes: { add: { after: add }, remove: { after: remove } } }]
  if (withdrawn === 0) return []
  return [{ action: 'group.withdraw_suggestions', ...subject, changes: { suggestions: { before: withdrawn } } }]
}

function originOfRule(groupName: string): ChangeOrigin {
  return { actor: systemActor('hub'), cause: { kind: 'rule', text: `Rule of the group ${groupName}` } }
}

/** Being a member in another way than before is not told. */
function draftOf({ group, fact, actions }: Decided): JournalDraft[] {
  if (actions.before === actions.after) return []
  return [
    {
      action: actions.after ? 'user.join_group' : 'user.leave_group',
      subjectKind: 'user',
      subjectId: fact.userId,
      subject: fact.username,
      changes: { [`group:${group.name}`]: actions.after ? { after: 'member' } : { before: 'member' } },
      groups: [{ id: fact.groupId, name: group.name, isMember: actions.after }],
    },
  ]
}
