// Users as processes write them: many at a time, inside the caller's transaction, on behalf of a directory. The decisions are the same
// rules as for single requests; what the rules refuse comes back as a refusal per user instead of stopping the others.
import type { Refusal } from '@lockstep/contract/app-error'
import { newId } from '@lockstep/kernel/ids'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChangeOrigin, type JournalDraft, journalInput } from '../journal/journal.rules.ts'
import { creation, removal, update } from './user-journal.rules.ts'
import { changeUser, createUser, differences, type User, type UserInput } from './user.rules.ts'
import * as store from './user.store.ts'

/** A user that a directory brings. `key` is the caller's own name for it in the answer. */
export interface ImportedUser {
  readonly key: string
  readonly input: UserInput
  readonly state?: Pick<User, 'state' | 'suspendedBy'>
}

export interface ImportedChange {
  readonly user: User
  readonly input: UserInput
  /** Set as they are, beside the input: what no field of the input can say. */
  readonly set?: Partial<Pick<User, 'state' | 'suspendedBy' | 'homeDirectoryId' | 'activated' | 'manager'>>
}

export interface ImportOptions {
  readonly origin: ChangeOrigin
  readonly directoryId: string
  readonly now: Date
}

export interface CreatedUsers {
  readonly users: ReadonlyMap<string, User>
  readonly refusals: ReadonlyMap<string, Refusal>
}

/** Creates users with the directory as their home. A name that somebody else has is a refusal. */
export async function createMany(
  db: Queryable,
  brought: readonly ImportedUser[],
  { origin, directoryId, now }: ImportOptions,
): Promise<CreatedUsers> {
  const refusals = new Map<string, Refusal>()
  const decided = new Map<string, User>()
  for (const { key, input, state } of brought) {
    const facts = { id: newId(now.getTime()), now, defaultState: 'ACTIVATED' as const, homeDirectoryId: directoryId }
    const decision = createUser(input, facts)
    if (decision.ok) decided.set(key, { ...decision.value, ...state })
    else refusals.set(key, decision)
  }
  const writes = [...decided.values()].map((user) => ({ user, journal: journalInput(origin, imported(user)) }))
  const made = new Set((await store.insertMany(db, writes)).map((row) => row.id as string))
  const users = new Map<string, User>()
  for (const [key, user] of decided) {
    if (made.has(user.id)) users.set(key, user)
    else
      refusals.set(key, {
        ok: false,
        code: 'username_taken',
        detail: 'Another user has this username or e-mail address.',
      })
  }
  return { users, refusals }
}

/** Which fields a directory manages follows from the directory, which the journal names as the cause; the list would be half of the row. */
function imported(user: User): JournalDraft {
  const draft = creation(user)
  const { restrictedFields: _restrictedFields, ...changes } = draft.changes ?? {}
  return { ...draft, changes }
}

export interface ChangedUsers {
  /** The users as they are now; unchanged ones too. */
  readonly users: ReadonlyMap<string, User>
  readonly refusals: ReadonlyMap<string, Refusal>
  readonly changedCount: number
}

/** Changes users that the caller has locked (`lockMany`); those that are so already cost nothing. */
export async function changeMany(
  db: Queryable,
  imported: readonly ImportedChange[],
  { origin, directoryId, now }: ImportOptions,
): Promise<ChangedUsers> {
  const refusals = new Map<string, Refusal>()
  const users = new Map<string, User>()
  const writes: store.UserWrite[] = []
  for (const { user, input, set } of imported) {
    const decision = changeUser(user, input, { now, rights: { directoryId } })
    if (!decision.ok) {
      refusals.set(user.id, decision)
      continue
    }
    const next: User = { ...decision.value.user, ...set, revision: user.revision + 1, updated: now }
    const changes = differences(user, next)
    const isSame = Object.keys(changes).length === 0 && next.homeDirectoryId === user.homeDirectoryId
    users.set(user.id, isSame ? user : next)
    if (isSame) continue
    const journal = journalInput(origin, update(user, next, changes))
    writes.push({ user: next, journal, baseRevision: user.revision })
  }
  if (writes.length > 0) await store.updateMany(db, writes)
  return { users, refusals, changedCount: writes.length }
}

/** Deletes users that the caller has locked; people who reported to them have no manager afterwards. */
export async function removeUsers(db: Queryable, users: readonly User[], options: ImportOptions): Promise<void> {
  for (const user of users) {
    const reports = await store.listReports(db, user.id, 1900)
    await changeMany(
      db,
      reports.map((report) => ({ user: report, input: {}, set: { manager: null } })),
      options,
    )
  }
  await store.removeMany(
    db,
    users.map((user) => ({ id: user.id, journal: journalInput(options.origin, removal(user)) })),
  )
}

/** Locks users for the rest of the transaction, in id order. */
export const lockUsers: (db: Queryable, ids: readonly string[]) => Promise<readonly User[]> = store.lockMany

/** The users of these ids that there are. */
export const findUsersById: (db: Queryable, ids: readonly string[]) => Promise<readonly User[]> = store.findMany

/** Users who have any of the names, in lower case. */
export const findUsersByNames: (
  db: Queryable,
  names: {
    readonly usernames: readonly string[]
    readonly emails: readonly string[]
    readonly employeeIds?: readonly string[]
  },
) => Promise<readonly User[]> = store.findByNames
