import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { GroupService } from '../groups/group.service.ts'
import { changeImportedGroup, findGroups } from '../groups/group-import.service.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { UserService } from '../users/user.service.ts'
import type { Account } from './account.rules.ts'
import * as places from './account-place.store.ts'
import * as accounts from './account.store.ts'
import * as store from './binding.store.ts'
import * as groupAccounts from './group-account.store.ts'
import { makeAnew } from './lost-account.service.ts'
import * as deliveries from './member-delivery.store.ts'

type Actor = ChangeOrigin['actor']

/** What is tied to which directory, and the accounts that come of it. */
export interface BindingService {
  directories(actor: Actor): Promise<readonly store.Directory[]>
  /** Binds a user or a group; a second time is `already_exists`. */
  bind(origin: ChangeOrigin, binding: store.Binding): Promise<void>
  unbind(origin: ChangeOrigin, binding: store.Binding): Promise<void>
  listBound(
    actor: Actor,
    query: { directoryId: string; subjectKind: store.SubjectKind; limit: number; skip: number },
  ): Promise<{ readonly ids: readonly string[]; readonly total: number }>
  bindingsOf(subjectId: string): Promise<readonly store.Binding[]>
  accountsOfUser(actor: Actor, userId: string): Promise<readonly Account[]>
  /** The accounts of users in one directory, by user. */
  accountsIn(actor: Actor, directoryId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Account>>
  accountSummaries(userIds: readonly string[]): Promise<ReadonlyMap<string, places.AccountSummary>>
  accountsOfGroup(actor: Actor, groupId: string): Promise<readonly groupAccounts.ListedGroupAccount[]>
  directoriesOfGroups(actor: Actor, groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Writes a user's account in a directory again at once; one of the hub's users that is not there any more is made anew. */
  retryAccount(origin: ChangeOrigin, key: { directoryId: string; userId: string }): Promise<void>
  /** Writes a group and its memberships in a directory again at once. */
  retryGroup(origin: ChangeOrigin, key: { directoryId: string; groupId: string }): Promise<void>
  /** Makes the accounts of users what the bindings say; called by whoever follows the journal. */
  settle(db: Queryable, userIds: readonly string[]): Promise<void>
  /** Users without an account in a directory whom its groups connect, in id order. */
  listUnconnected(directoryId: string, after: string, limit: number): Promise<readonly string[]>
  counts(): Promise<ReadonlyMap<string, accounts.DirectoryCounts>>
}

export interface BindingServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly users: Pick<UserService, 'findMany'>
  readonly groups: Pick<GroupService, 'listMemberIds'>
  readonly announce: () => void
}

export function createBindingService(options: BindingServiceOptions): BindingService {
  const { database, announce } = options
  const change = bindingChange(options)
  return {
    async directories(actor) {
      requirePermission(actor, 'directories.read')
      return store.listDirectories(database)
    },
    bind: (origin, binding) => change(origin, binding, 'bind'),
    unbind: (origin, binding) => change(origin, binding, 'unbind'),
    async listBound(actor, query) {
      requirePermission(actor, 'directories.read')
      await findDirectory(database, query.directoryId)
      return store.list(database, query)
    },
    bindingsOf: (subjectId) => store.listOfSubject(database, subjectId),
    async accountsOfUser(actor, userId) {
      requirePermission(actor, 'users.read')
      return accounts.listOfUser(database, userId)
    },
    async accountsIn(actor, directoryId, userIds) {
      requirePermission(actor, 'directories.read')
      const found = await accounts.listOfUsers(database, { directoryId, userIds })
      return new Map(found.map((account) => [account.userId, account]))
    },
    async accountSummaries(userIds) {
      return new Map((await places.listSummaries(database, userIds)).map((row) => [row.userId, row]))
    },
    async accountsOfGroup(actor, groupId) {
      requirePermission(actor, 'groups.read')
      return groupAccounts.listOfGroup(database, groupId)
    },
    async retryAccount(origin, key) {
      requirePermission(origin.actor, 'directories.write')
      await database.transaction(async (transaction) => {
        const { directoryId, userId } = key
        const [anew] = await makeAnew(transaction, { directoryId, userIds: [userId] })
        if (anew === undefined && !(await accounts.retry(transaction, key)))
          throw new AppError('not_found', { field: 'directory_id' })
      })
      announce()
    },
    async directoriesOfGroups(actor, groupIds) {
      requirePermission(actor, 'directories.read')
      const found = await groupAccounts.listDirectoriesOfGroups(database, groupIds)
      return new Map(found.map((row) => [row.groupId, row.directoryIds]))
    },
    async retryGroup(origin, key) {
      requirePermission(origin.actor, 'directories.write')
      if (!(await groupAccounts.retry(database, key))) throw new AppError('not_found', { field: 'directory_id' })
      announce()
    },
    async settle(db, userIds) {
      if (userIds.length > 0) await store.settleAccounts(db, userIds)
    },
    listUnconnected: (directoryId, after, limit) => store.listUnconnected(database, { directoryId, after, limit }),
    async counts() {
      return new Map((await accounts.listCounts(database)).map((row) => [row.directoryId, row]))
    },
  }
}

async function findDirectory(db: Queryable, id: string): Promise<store.Directory> {
  const directory = (await store.listDirectories(db)).find((candidate) => candidate.id === parseId(id))
  if (directory === undefined) throw noDirectory()
  return directory
}

type ChangeBinding = (origin: ChangeOrigin, binding: store.Binding, kind: 'bind' | 'unbind') => Promise<void>

function bindingChange({ database, clock, journal, users, announce }: BindingServiceOptions): ChangeBinding {
  const subjectName = async (binding: store.Binding): Promise<string> => {
    const ids = [parseId(binding.subjectId) ?? '']
    const name =
      binding.subjectKind === 'user'
        ? (await users.findMany(ids))[0]?.username
        : (await findGroups(database, ids))[0]?.name
    if (name === undefined) throw noSubject(binding)
    return name
  }
  return async (origin, binding, kind) => {
    requirePermission(origin.actor, 'directories.write')
    const directory = await findDirectory(database, binding.directoryId)
    const subject = await subjectName(binding)
    await database
      .transaction(async (transaction) => {
        // Whoever deletes the subject meanwhile waits, and then takes this binding away too.
        if (kind === 'bind' && !(await store.lockSubject(transaction, binding))) throw noSubject(binding)
        const isDone =
          kind === 'bind'
            ? await store.insert(transaction, binding, clock.now())
            : await store.remove(transaction, binding)
        if (!isDone) throw new AppError(kind === 'bind' ? 'already_exists' : 'not_found', { field: 'id' })
        if (binding.subjectKind === 'user') {
          if (kind === 'bind') {
            await makeAnew(transaction, { directoryId: directory.id, userIds: [binding.subjectId] })
            await store.forgetExit(transaction, { directoryId: directory.id, userId: binding.subjectId })
          }
          await store.settleAccounts(transaction, [binding.subjectId])
        }
        if (binding.subjectKind === 'group' && kind === 'bind')
          await tieGroup(transaction, origin, binding, clock.now())
        const changes = { [`directory:${directory.name}`]: kind === 'bind' ? { after: 'bound' } : { before: 'bound' } }
        const { subjectKind, subjectId } = binding
        await journal.record(transaction, origin, [
          { action: `${subjectKind}.${kind}`, subjectKind, subjectId, subject, changes },
        ])
      })
      .catch((error: unknown) => {
        throw isForeignKeyViolation(error) ? noDirectory() : error
      })
    announce()
  }
}

function noDirectory(): AppError {
  return new AppError('not_found', { field: 'directory_id', detail: 'There is no such directory.' })
}

function noSubject({ subjectKind }: store.Binding): AppError {
  return new AppError('not_found', { field: 'id', detail: `id: there is no such ${subjectKind}.` })
}

/** A bound group gets a counterpart, and its members' additions wait to be written there. */
async function tieGroup(db: Queryable, origin: ChangeOrigin, binding: store.Binding, now: Date): Promise<void> {
  const key = { directoryId: binding.directoryId, groupId: binding.subjectId }
  if (await store.insertGroupAccount(db, key)) await deliveries.deliverAll(db, key)
  const [group] = await findGroups(db, [binding.subjectId])
  if (group === undefined || group.outside) return
  await changeImportedGroup(
    db,
    { group, input: {}, set: { outside: true } },
    { origin, directoryId: binding.directoryId, now },
  )
}
