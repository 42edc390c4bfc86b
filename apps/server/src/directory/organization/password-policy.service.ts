// Password policies of groups. A user has the policy of their groups that comes first, or else the organization's own, which is among
// its settings and shows here under the organization's id.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/database-error.ts'
import { requirePermission, systemActor } from '../access/access.rules.ts'
import type { GroupService } from '../groups/group.service.ts'
import type { ChangeOrigin, FieldChanges } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type PasswordPolicy, readPasswordPolicy } from '../users/password-policy.rules.ts'
import { changedPolicy, passwordPolicyDefaults } from './organization.rules.ts'
import type { OrganizationService } from './organization.service.ts'
import * as store from './password-policy.store.ts'

/** A policy with its groups. `isDefault`: the organization's own. */
export interface NamedPolicy {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly policy: JsonObject
  readonly isDefault: boolean
  readonly groups: readonly { readonly groupId: string; readonly name: string }[]
}

export interface PolicyInput {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** In JumpCloud's shape. */
  readonly policy: JsonObject
  /** Undefined: the groups stay. */
  readonly groupIds?: readonly string[] | undefined
}

export interface PasswordPolicyService {
  get(actor: Actor, id: string): Promise<NamedPolicy>
  /** The policy that holds for a user. */
  ofUser(actor: Actor, userId: string): Promise<NamedPolicy>
  /** Refuses with `not_found` for a group without a policy of its own. */
  ofGroup(actor: Actor, groupId: string): Promise<NamedPolicy>
  create(origin: ChangeOrigin, input: PolicyInput): Promise<NamedPolicy>
  change(origin: ChangeOrigin, id: string, input: PolicyInput): Promise<NamedPolicy>
  remove(origin: ChangeOrigin, ids: readonly string[]): Promise<void>
  setPrecedence(
    origin: ChangeOrigin,
    wanted: readonly { readonly id: string; readonly precedence: number }[],
  ): Promise<void>
  /** What decides about a user's password; undefined: the organization's own policy. At most a few seconds old. */
  inForce(userId: string): Promise<PasswordPolicy | undefined>
}

export interface PasswordPolicyDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  readonly organization: Pick<OrganizationService, 'read' | 'change'>
  readonly organizationId: string
  readonly groups: Pick<GroupService, 'get' | 'groupsOfUser'>
  readonly findUser: (id: string) => Promise<boolean>
}

const freshMs = 5_000
const maxPolicies = 1_000
const maxGroups = 100
const defaultName = 'Organization'
const reader = systemActor('password-policies')

export function createPasswordPolicyService(dependencies: PasswordPolicyDependencies): PasswordPolicyService {
  const { database, clock, organizationId, groups, findUser } = dependencies
  let known: { readonly rows: readonly store.PolicyRow[]; readonly untilMs: number } | undefined

  const recent = async (): Promise<readonly store.PolicyRow[]> => {
    const nowMs = clock.now().getTime()
    if (known === undefined || nowMs >= known.untilMs)
      known = { rows: await store.list(database, maxPolicies), untilMs: nowMs + freshMs }
    return known.rows
  }
  const firstOf = async (rows: readonly store.PolicyRow[], userId: string): Promise<store.PolicyRow | undefined> => {
    if (rows.length === 0) return undefined
    const own = new Set((await groups.groupsOfUser(reader, userId)).map(({ groupId }) => groupId))
    return rows.find(({ groupIds }) => groupIds.some((groupId) => own.has(groupId)))
  }
  const changing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } finally {
      known = undefined
    }
  }
  return {
    async get(actor, id) {
      requirePermission(actor, 'settings.read')
      return id === organizationId ? ownPolicy(dependencies, actor) : named(dependencies, await find(database, id))
    },
    async ofUser(actor, userId) {
      requirePermission(actor, 'settings.read')
      if (!(await findUser(userId))) throw new AppError('not_found', { field: 'systemUserId' })
      const row = await firstOf(await store.list(database, maxPolicies), userId)
      return row === undefined ? ownPolicy(dependencies, actor) : named(dependencies, row)
    },
    async ofGroup(actor, groupId) {
      requirePermission(actor, 'settings.read')
      const row = (await store.list(database, maxPolicies)).find(({ groupIds }) => groupIds.includes(groupId))
      if (row === undefined) throw new AppError('not_found', { field: 'userGroupId' })
      return named(dependencies, row)
    },
    create: (origin, input) => changing(() => create(dependencies, origin, input)),
    change: (origin, id, input) =>
      changing(async () => {
        if (id !== organizationId) return change(dependencies, { origin, id, input })
        await dependencies.organization.change(origin, { passwordPolicy: input.policy })
        return ownPolicy(dependencies, origin.actor)
      }),
    remove: (origin, ids) =>
      changing(() => database.transaction((transaction) => remove(transaction, dependencies, { origin, ids }))),
    setPrecedence: (origin, wanted) =>
      changing(() =>
        database.transaction((transaction) => setPrecedence(transaction, dependencies, { origin, wanted })),
      ),
    async inForce(userId) {
      const row = await firstOf(await recent(), userId)
      return row && readPasswordPolicy(row.policy)
    },
  }
}

async function ownPolicy(
  { organization, organizationId }: PasswordPolicyDependencies,
  actor: Actor,
): Promise<NamedPolicy> {
  const { passwordPolicy: policy } = await organization.read(actor)
  return { id: organizationId, name: defaultName, description: '', policy, isDefault: true, groups: [] }
}

async function named({ groups }: PasswordPolicyDependencies, row: store.PolicyRow): Promise<NamedPolicy> {
  const { id, name, description, policy } = row
  const found = await Promise.all(row.groupIds.map((groupId) => groups.get(reader, groupId)))
  return {
    ...{ id, name, description, policy, isDefault: false },
    groups: found.map((group) => ({ groupId: group.id, name: group.name })),
  }
}

async function find(database: Database, id: string): Promise<store.PolicyRow> {
  const row = await store.find(database, id)
  if (row === undefined) throw new AppError('not_found', { field: 'objectId' })
  return row
}

async function create(
  dependencies: PasswordPolicyDependencies,
  origin: ChangeOrigin,
  input: PolicyInput,
): Promise<NamedPolicy> {
  requirePermission(origin.actor, 'settings.write')
  const { database, clock, journal } = dependencies
  const now = clock.now()
  const row = {
    id: newId(now.getTime()),
    name: requireName(input.name ?? ''),
    description: requireDescription(input.description ?? ''),
    policy: changedPolicy(passwordPolicyDefaults, input.policy, now),
  }
  await database.transaction(async (transaction) => {
    if ((await store.list(transaction, maxPolicies)).length >= maxPolicies)
      throw refuse('policy', `there are ${maxPolicies} policies already.`)
    await unlessTaken(() => store.insert(transaction, row, now))
    await setGroups(transaction, row.id, input.groupIds ?? [])
    await journal.record(transaction, origin, [drafted('password_policy.create', row, changesOf(undefined, row))])
  })
  return named(dependencies, await find(database, row.id))
}

interface Change {
  readonly origin: ChangeOrigin
  readonly id: string
  readonly input: PolicyInput
}

async function change(dependencies: PasswordPolicyDependencies, { origin, id, input }: Change): Promise<NamedPolicy> {
  requirePermission(origin.actor, 'settings.write')
  const { database, clock, journal } = dependencies
  await database.transaction(async (transaction) => {
    const before = await hold(transaction, id)
    const now = clock.now()
    const after = {
      ...before,
      name: input.name === undefined ? before.name : requireName(input.name),
      description: input.description === undefined ? before.description : requireDescription(input.description),
      policy: changedPolicy(before.policy, input.policy, now),
    }
    await unlessTaken(() => store.update(transaction, after, now))
    if (input.groupIds !== undefined) await setGroups(transaction, id, input.groupIds)
    const held = await hold(transaction, id)
    const changes = changesOf(before, held)
    if (Object.keys(changes).length > 0)
      await journal.record(transaction, origin, [drafted('password_policy.update', held, changes)])
  })
  return named(dependencies, await find(database, id))
}

async function remove(
  transaction: Transaction,
  { journal, organizationId }: PasswordPolicyDependencies,
  { origin, ids }: { readonly origin: ChangeOrigin; readonly ids: readonly string[] },
): Promise<void> {
  requirePermission(origin.actor, 'settings.write')
  if (ids.includes(organizationId)) throw refuse('objectId', 'the organization’s own policy cannot be deleted.')
  for (const id of [...new Set(ids)].toSorted()) {
    const row = await hold(transaction, id)
    await store.remove(transaction, id)
    await journal.record(transaction, origin, [drafted('password_policy.delete', row, changesOf(row, undefined))])
  }
}

async function setPrecedence(
  transaction: Transaction,
  { clock, journal }: PasswordPolicyDependencies,
  {
    origin,
    wanted,
  }: {
    readonly origin: ChangeOrigin
    readonly wanted: readonly { readonly id: string; readonly precedence: number }[]
  },
): Promise<void> {
  requirePermission(origin.actor, 'settings.write')
  for (const { id, precedence } of wanted.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!Number.isSafeInteger(precedence) || Math.abs(precedence) > 1_000_000)
      throw refuse('precedence', 'must be a whole number up to 1000000.')
    const before = await hold(transaction, id)
    if (before.precedence === precedence) continue
    await store.update(transaction, { ...before, precedence }, clock.now())
    const changes = { precedence: { before: before.precedence, after: precedence } }
    await journal.record(transaction, origin, [drafted('password_policy.update', before, changes)])
  }
}

async function hold(transaction: Transaction, id: string): Promise<store.PolicyRow> {
  const row = await store.findHeld(transaction, id)
  if (row === undefined) throw new AppError('not_found', { field: 'objectId' })
  return row
}

/** A group has one policy: giving it another one takes asking for that first. */
async function setGroups(transaction: Transaction, id: string, wanted: readonly string[]): Promise<void> {
  const groupIds = [...new Set(wanted)]
  if (groupIds.length > maxGroups) throw refuse('groupIds', `may name at most ${maxGroups} groups.`)
  try {
    await store.replaceGroups(transaction, id, groupIds)
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw refuse('groupIds', 'there is no such group.')
  }
  const { groupIds: given } = await hold(transaction, id)
  if (given.length < groupIds.length)
    throw new AppError('already_exists', { field: 'groupIds', detail: 'A group has a password policy already.' })
}

function changesOf(
  before: Partial<store.PolicyRow> | undefined,
  after: Partial<store.PolicyRow> | undefined,
): FieldChanges {
  const [left, right] = [flat(before), flat(after)]
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
    if (left[name] !== right[name] && name !== 'effectiveDate')
      changes[name] = {
        ...(left[name] === undefined ? {} : { before: left[name] }),
        ...(right[name] === undefined ? {} : { after: right[name] }),
      }
  return changes
}

function flat(row: Partial<store.PolicyRow> | undefined): JsonObject {
  if (row === undefined) return {}
  const { name = '', description = '', policy = {}, groupIds = [] } = row
  return { ...policy, name, description, groups: groupIds.join(' ') }
}

function drafted(action: string, { id, name }: { readonly id: string; readonly name: string }, changes: FieldChanges) {
  return { action, subjectKind: 'password_policy', subjectId: id, subject: name, changes } as const
}

function requireName(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > 100) throw refuse('name', 'must have 1 to 100 characters.')
  if (name.toLowerCase() === defaultName.toLowerCase())
    throw new AppError('password_policy_name_taken', { field: 'name' })
  return name
}

function requireDescription(text: string): string {
  if (text.length > 1_000) throw refuse('description', 'may have at most 1000 characters.')
  return text.trim()
}

async function unlessTaken(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error, 'password_policies_name')) throw error
    throw new AppError('password_policy_name_taken', { field: 'name', cause: error })
  }
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
