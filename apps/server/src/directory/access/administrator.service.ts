import { type Actor, roles } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Administrator } from '@lockstep/contract/hub/session'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import {
  canMakeAdministrators,
  requireEmail,
  requirePassword,
  requirePermission,
  requireRoleWithin,
} from './access.rules.ts'
import { chosenNames, type NamesInput } from './administrator-name.rules.ts'
import { administratorChanges, creationDraft, toAdministrator, updateAction } from './administrator.rules.ts'
import * as store from './administrator.store.ts'
import { apiKeyRevoked } from './api-key.rules.ts'
import * as apiKeys from './api-key.store.ts'
import { withinCapacity } from './hashing-capacity.ts'
import { chosenRole, type RoleChoice } from './role.service.ts'
import { resetOf } from './second-factor.service.ts'
import * as sessions from './session.store.ts'

/** A new administrator. Without a password they choose one through a password link. */
export interface NewAdministratorInput extends RoleChoice, NamesInput {
  readonly email: string
  readonly password?: string | undefined
  readonly apiKeysAllowed?: boolean | undefined
  readonly secondFactorRequired?: boolean | undefined
}

export interface AdministratorChange extends RoleChoice, NamesInput {
  readonly email?: string | undefined
  readonly suspended?: boolean | undefined
  readonly apiKeysAllowed?: boolean | undefined
  readonly secondFactorRequired?: boolean | undefined
  /** Forgets an enrolled second factor too. */
  readonly turnsSecondFactorOff?: boolean | undefined
}

export interface AdministratorService {
  list(actor: Actor): Promise<readonly Administrator[]>
  create(origin: ChangeOrigin, input: NewAdministratorInput): Promise<Administrator>
  /** Suspension ends the administrator's sessions and has their keys refused at once. */
  update(origin: ChangeOrigin, id: string, input: AdministratorChange): Promise<Administrator>
  /** The actor's own name, which needs no permission. */
  renameOwn(origin: ChangeOrigin, names: NamesInput): Promise<void>
  /** Their sessions and keys go with them. */
  remove(origin: ChangeOrigin, id: string): Promise<void>
  /** Notes in the journal that a mail with the way in is to be sent. */
  requestActivation(origin: ChangeOrigin, id: string): Promise<void>
}

export interface AdministratorDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Whether every administrator needs a second factor. */
  readonly requiresSecondFactor: () => Promise<boolean>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const listLimit = 1_000
const strongRoles = roles.filter(canMakeAdministrators)

export function createAdministratorService(dependencies: AdministratorDependencies): AdministratorService {
  const { database, journal, requiresSecondFactor, accessChanged } = dependencies
  return {
    async list(actor) {
      requirePermission(actor, 'administrators.read')
      const isForAll = await requiresSecondFactor()
      return (await store.list(database, listLimit)).map((row) => toAdministrator(row, isForAll))
    },

    create: (origin, input) => create(dependencies, origin, input),

    async update(origin, id, input) {
      requirePermission(origin.actor, 'administrators.write')
      const isForAll = await requiresSecondFactor()
      const row = await database.transaction((transaction) => update(transaction, dependencies, { origin, id, input }))
      return toAdministrator(row, isForAll)
    },

    async renameOwn(origin, names) {
      if (origin.actor.kind !== 'administrator') throw new AppError('session_needed')
      await database.transaction(async (transaction) => {
        const before = await store.findHeld(transaction, origin.actor.id)
        if (before === undefined) throw new AppError('unauthenticated')
        await save(transaction, dependencies, { origin, before, after: { ...before, ...chosenNames(names, before) } })
      })
    },

    remove: (origin, id) => {
      requirePermission(origin.actor, 'administrators.write')
      return database.transaction(async (transaction) => {
        const row = await hold(transaction, id, { isTakenAway: () => true })
        requireRoleWithin(origin.actor, row)
        const keys = await apiKeys.removeOf(transaction, id)
        await store.remove(transaction, id)
        await journal.record(transaction, origin, [
          {
            action: 'administrator.delete',
            subjectKind: 'administrator',
            subjectId: id,
            subject: row.email,
            changes: administratorChanges(row, undefined),
          },
          ...keys.map((key) => apiKeyRevoked({ ...key, administrator: row.email })),
        ])
        transaction.afterCommit(accessChanged)
      })
    },

    async requestActivation(origin, id) {
      requirePermission(origin.actor, 'administrators.write')
      const row = await store.find(database, id)
      if (row === undefined) throw new AppError('not_found', { field: 'id' })
      requireRoleWithin(origin.actor, row)
      await journal.record(database, origin, [
        {
          action: 'administrator.activation_request',
          subjectKind: 'administrator',
          subjectId: row.id,
          subject: row.email,
        },
      ])
    },
  }
}

async function create(
  { database, clock, hasher, journal, requiresSecondFactor }: AdministratorDependencies,
  origin: ChangeOrigin,
  input: NewAdministratorInput,
): Promise<Administrator> {
  requirePermission(origin.actor, 'administrators.write')
  const { password } = input
  if (password !== undefined) requirePassword(password)
  const now = clock.now()
  const email = requireEmail(input.email)
  const names = chosenNames(input, { name: email, firstname: null, lastname: null })
  const passwordHash = password === undefined ? null : await withinCapacity(() => hasher.hashPassword(password))
  const isForAll = await requiresSecondFactor()
  return database.transaction(async (transaction) => {
    const holder = await chosenRole(transaction, input)
    if (holder === undefined) throw new AppError('invalid_request', { field: 'role', detail: 'role: is required.' })
    requireRoleWithin(origin.actor, holder)
    const facts = {
      ...{ id: newId(now.getTime()), email, ...names, ...holder },
      apiKeysAllowed: input.apiKeysAllowed ?? true,
      secondFactorRequired: input.secondFactorRequired ?? false,
    }
    await unlessTaken(() => store.insert(transaction, { ...facts, created: now, passwordHash }))
    await journal.record(transaction, origin, [creationDraft(facts)])
    const shown = { ...facts, suspended: false, secondFactorSince: null, created: now, lastSignIn: null }
    return toAdministrator({ ...shown, hasPassword: passwordHash !== null }, isForAll)
  })
}

interface Update {
  readonly origin: ChangeOrigin
  readonly id: string
  readonly input: AdministratorChange
}

async function update(
  transaction: Transaction,
  dependencies: AdministratorDependencies,
  { origin, id, input }: Update,
): Promise<store.AdministratorRow> {
  const holder = await chosenRole(transaction, input)
  const next = (row: store.AdministratorRow): store.AdministratorRow => ({
    ...row,
    ...chosenNames(input, row),
    ...holder,
    email: input.email === undefined ? row.email : requireEmail(input.email),
    suspended: input.suspended ?? row.suspended,
    apiKeysAllowed: input.apiKeysAllowed ?? row.apiKeysAllowed,
    secondFactorRequired: input.secondFactorRequired ?? row.secondFactorRequired,
  })
  const before = await hold(transaction, id, {
    isTakenAway: (row) => {
      const { suspended, customRole, role } = next(row)
      return suspended || customRole !== null || !canMakeAdministrators(role)
    },
  })
  const after = next(before)
  requireRoleWithin(origin.actor, before)
  requireRoleWithin(origin.actor, after)
  if (input.turnsSecondFactorOff === true) {
    await resetOf(transaction, dependencies, { origin, row: before })
    const reset = { ...after, secondFactorSince: null }
    return save(transaction, dependencies, { origin, before, after: reset })
  }
  return save(transaction, dependencies, { origin, before, after })
}

interface Saving {
  readonly origin: ChangeOrigin
  readonly before: store.AdministratorRow
  readonly after: store.AdministratorRow
}

async function save(
  transaction: Transaction,
  { clock, journal, accessChanged }: AdministratorDependencies,
  { origin, before, after }: Saving,
): Promise<store.AdministratorRow> {
  const changes = administratorChanges(before, after)
  const isSame = before.firstname === after.firstname && before.lastname === after.lastname
  if (Object.keys(changes).length === 0 && isSame) return after
  await unlessTaken(() => store.update(transaction, after, clock.now()))
  if (after.suspended) await sessions.removeOf(transaction, after.id)
  const subject = { subjectKind: 'administrator', subjectId: after.id, subject: after.email } as const
  await journal.record(transaction, origin, [{ action: updateAction(before, after), ...subject, changes }])
  transaction.afterCommit(accessChanged)
  return after
}

/** The administrator, held until the commit; refuses to take away the last one who can make others. */
async function hold(
  transaction: Transaction,
  id: string,
  { isTakenAway }: { readonly isTakenAway: (row: store.AdministratorRow) => boolean },
): Promise<store.AdministratorRow> {
  const strong = await store.holdActive(transaction, { roles: strongRoles })
  const row = await store.findHeld(transaction, id)
  if (row === undefined) throw new AppError('not_found')
  if (strong.length === 1 && strong[0] === id && isTakenAway(row)) throw new AppError('last_administrator')
  return row
}

async function unlessTaken(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error, 'administrators_email')) throw error
    throw new AppError('email_taken', {
      field: 'email',
      detail: 'Another administrator has this e-mail address. Choose another one.',
      cause: error,
    })
  }
}
