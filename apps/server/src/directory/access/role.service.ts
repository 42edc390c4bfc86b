import type { Actor, Role } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type CustomRole, requirePermission, requireRoleWithin, type RoleHolder } from './access.rules.ts'
import {
  builtInRoles,
  customRoleFacts,
  requireRole,
  roleChanges,
  type RoleFacts,
  type RoleInput,
} from './role.rules.ts'
import * as store from './role.store.ts'

/** The hub's own roles, which never change, and those that administrators make of scopes. */
export interface RoleService {
  /** The hub's own first, strongest first; then the others by age. */
  list(actor: Actor): Promise<readonly RoleFacts[]>
  get(actor: Actor, id: string): Promise<RoleFacts>
  create(origin: ChangeOrigin, input: RoleInput): Promise<RoleFacts>
  /** What changes holds at once for everybody who holds the role. */
  change(origin: ChangeOrigin, id: string, input: Partial<RoleInput>): Promise<RoleFacts>
  /** Refuses with `role_in_use` while somebody holds it. */
  remove(origin: ChangeOrigin, id: string): Promise<void>
  /** The hub's own role or the custom one of an id or a name in any letter case; undefined when there is none. */
  find(idOrName: string): Promise<RoleFacts | undefined>
}

export interface RoleDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const listLimit = 1_000

export function createRoleService(dependencies: RoleDependencies): RoleService {
  const { database, clock, journal, accessChanged } = dependencies
  const all = async (): Promise<readonly RoleFacts[]> => [
    ...builtInRoles,
    ...(await store.list(database, listLimit)).map(customRoleFacts),
  ]
  return {
    async list(actor) {
      requirePermission(actor, 'roles.read')
      return all()
    },

    async get(actor, id) {
      requirePermission(actor, 'roles.read')
      const found = (await all()).find((role) => role.id === id)
      if (found === undefined) throw new AppError('not_found', { field: 'id' })
      return found
    },

    async create(origin, given) {
      requirePermission(origin.actor, 'roles.write')
      const input = requireRole(given)
      const now = clock.now()
      const { id: actorId } = origin.actor
      const row = { id: newId(now.getTime()), ...input, createdBy: actorId, updatedBy: actorId }
      requireRoleWithin(origin.actor, holding(row))
      await database.transaction(async (transaction) => {
        await unlessTaken(() => store.insert(transaction, row, now))
        await journal.record(transaction, origin, [drafted('role.create', { before: undefined, after: row })])
      })
      return customRoleFacts(row)
    },

    change: (origin, id, input) =>
      database.transaction(async (transaction) => {
        requirePermission(origin.actor, 'roles.write')
        const before = await held(transaction, id)
        const after = { ...before, ...requireRole({ ...before, ...input }), updatedBy: origin.actor.id }
        requireRoleWithin(origin.actor, holding(before))
        requireRoleWithin(origin.actor, holding(after))
        if (Object.keys(roleChanges(before, after)).length === 0) return customRoleFacts(before)
        await unlessTaken(() => store.update(transaction, after, clock.now()))
        await journal.record(transaction, origin, [drafted('role.update', { before, after })])
        transaction.afterCommit(accessChanged)
        return customRoleFacts(after)
      }),

    remove: (origin, id) =>
      database.transaction(async (transaction) => {
        requirePermission(origin.actor, 'roles.write')
        const before = await held(transaction, id)
        requireRoleWithin(origin.actor, holding(before))
        if ((await store.countHolders(transaction, id)) > 0) throw new AppError('role_in_use')
        await store.remove(transaction, id)
        await journal.record(transaction, origin, [drafted('role.delete', { before, after: undefined })])
      }),

    async find(idOrName) {
      const wanted = idOrName.trim().toLowerCase()
      return (await all()).find(({ id, name, role }) => [id, name.toLowerCase(), role].includes(wanted))
    },
  }
}

/** What somebody is to hold: one of the hub's own roles, or a custom role by its id. */
export interface RoleChoice {
  readonly role?: Role | undefined
  readonly customRoleId?: string | undefined
}

const least: Role = 'read_only'

/** What a choice comes to, within the transaction that gives it; undefined when nothing was chosen. Both at once is a custom role. */
export async function chosenRole(
  db: Queryable,
  { role, customRoleId }: RoleChoice,
): Promise<{ readonly role: Role; readonly customRole: CustomRole | null } | undefined> {
  if (customRoleId === undefined) return role === undefined ? undefined : { role, customRole: null }
  const ownRole = builtInRoles.find(({ id }) => id === customRoleId)?.role
  if (ownRole !== undefined) return { role: ownRole, customRole: null }
  const found = await store.findGiven(db, customRoleId)
  if (found === undefined)
    throw new AppError('invalid_request', { field: 'roleId', detail: 'roleId: there is no such role.' })
  const { id, name, scopes } = found
  return { role: least, customRole: { id, name, scopes } }
}

function holding(customRole: CustomRole): RoleHolder {
  return { role: least, customRole }
}

async function held(db: Queryable, id: string): Promise<store.RoleRow> {
  if (builtInRoles.some((role) => role.id === id)) throw new AppError('role_built_in', { field: 'id' })
  const row = await store.findHeld(db, id)
  if (row === undefined) throw new AppError('not_found', { field: 'id' })
  return row
}

async function unlessTaken(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error, 'roles_name')) throw error
    throw new AppError('role_name_taken', { field: 'name', cause: error })
  }
}

function drafted(
  action: string,
  { before, after }: { readonly before: store.RoleRow | undefined; readonly after: store.RoleRow | undefined },
) {
  const row = after ?? before
  return {
    action,
    subjectKind: 'role',
    subjectId: row?.id ?? '',
    subject: row?.name ?? '',
    changes: roleChanges(before, after),
  } as const
}
