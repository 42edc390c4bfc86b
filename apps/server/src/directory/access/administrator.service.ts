import { type Actor, roles } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Administrator, AdministratorCreate, AdministratorUpdate } from '@lockstep/contract/hub/session'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import {
  canMakeAdministrators,
  requireEmail,
  requireName,
  requirePassword,
  requirePermission,
  requireRoleWithin,
} from './access.rules.ts'
import { administratorChanges, creationDraft, updateAction } from './administrator.rules.ts'
import * as store from './administrator.store.ts'
import { apiKeyRevoked } from './api-key.rules.ts'
import * as apiKeys from './api-key.store.ts'
import { withinCapacity } from './hashing-capacity.ts'
import * as sessions from './session.store.ts'

export interface AdministratorService {
  list(actor: Actor): Promise<readonly Administrator[]>
  create(origin: ChangeOrigin, input: AdministratorCreate): Promise<Administrator>
  /** Suspension ends the administrator's sessions and has their keys refused at once. */
  update(origin: ChangeOrigin, id: string, input: AdministratorUpdate): Promise<Administrator>
  /** Their sessions and keys go with them. */
  remove(origin: ChangeOrigin, id: string): Promise<void>
}

export interface AdministratorDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const listLimit = 1_000
const strongRoles = roles.filter(canMakeAdministrators)

export function createAdministratorService(dependencies: AdministratorDependencies): AdministratorService {
  const { database, clock, hasher, journal } = dependencies
  return {
    async list(actor) {
      requirePermission(actor, 'administrators.read')
      return (await store.list(database, listLimit)).map(toAdministrator)
    },

    async create(origin, input) {
      requirePermission(origin.actor, 'administrators.write')
      requireRoleWithin(origin.actor, input.role)
      requirePassword(input.password)
      const now = clock.now()
      const email = requireEmail(input.email)
      const row = { id: newId(now.getTime()), email, name: requireName(input.name), role: input.role, created: now }
      const passwordHash = await withinCapacity(() => hasher.hashPassword(input.password))
      await database.transaction(async (transaction) => {
        await insertUnlessTaken(transaction, { ...row, passwordHash })
        await journal.record(transaction, origin, [creationDraft(row)])
      })
      return toAdministrator({ ...row, suspended: false, lastSignIn: null })
    },

    update: (origin, id, input) => {
      requirePermission(origin.actor, 'administrators.write')
      return database.transaction((transaction) => update(transaction, dependencies, { origin, id, input }))
    },

    remove: (origin, id) => {
      requirePermission(origin.actor, 'administrators.write')
      return database.transaction(async (transaction) => {
        const row = await hold(transaction, id, { isTakenAway: () => true })
        requireRoleWithin(origin.actor, row.role)
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
        transaction.afterCommit(dependencies.accessChanged)
      })
    },
  }
}

interface Update {
  readonly origin: ChangeOrigin
  readonly id: string
  readonly input: AdministratorUpdate
}

async function update(
  transaction: Transaction,
  { clock, journal, accessChanged }: AdministratorDependencies,
  { origin, id, input }: Update,
): Promise<Administrator> {
  const next = (row: store.AdministratorRow): store.AdministratorRow => ({
    ...row,
    name: input.name === undefined ? row.name : requireName(input.name),
    role: input.role ?? row.role,
    suspended: input.suspended ?? row.suspended,
  })
  const before = await hold(transaction, id, {
    isTakenAway: (row) => next(row).suspended || !canMakeAdministrators(next(row).role),
  })
  const after = next(before)
  requireRoleWithin(origin.actor, before.role)
  requireRoleWithin(origin.actor, after.role)
  const changes = administratorChanges(before, after)
  if (Object.keys(changes).length === 0) return toAdministrator(before)
  await store.update(transaction, after, clock.now())
  if (after.suspended) await sessions.removeOf(transaction, id)
  await journal.record(transaction, origin, [
    { action: updateAction(before, after), subjectKind: 'administrator', subjectId: id, subject: after.email, changes },
  ])
  transaction.afterCommit(accessChanged)
  return toAdministrator(after)
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

async function insertUnlessTaken(db: Queryable, row: Parameters<typeof store.insert>[1]): Promise<void> {
  try {
    await store.insert(db, row)
  } catch (error) {
    if (!isUniqueViolation(error, 'administrators_email')) throw error
    throw new AppError('email_taken', {
      field: 'email',
      detail: 'Another administrator has this e-mail address. Choose another one.',
      cause: error,
    })
  }
}

function toAdministrator(row: store.AdministratorRow): Administrator {
  const { id, email, name, role, suspended, created, lastSignIn } = row
  return {
    id,
    email,
    name,
    role,
    suspended,
    created: created.toISOString(),
    ...(lastSignIn === null ? {} : { lastSignIn: lastSignIn.toISOString() }),
  }
}
