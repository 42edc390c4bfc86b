import { accept, AppError } from '@lockstep/contract/app-error'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { type Batcher, createBatcher } from '../../platform/db/batcher.ts'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import { isStoredField, storedFields } from './user-fields.rules.ts'
import { creation, removal, update } from './user-journal.rules.ts'
import { changeUser, createUser, isUserField, type User, type UserInput } from './user.rules.ts'
import * as store from './user.store.ts'

/** Users as the gateways use them. Refusals are AppErrors. */
export interface UserService {
  create(origin: ChangeOrigin, input: UserInput): Promise<User>
  /** Changes the named fields. With `revision`, refuses when somebody changed the user since. */
  change(origin: ChangeOrigin, id: string, change: { input: UserInput; revision?: number }): Promise<User>
  /** Deletes and answers the user as it was. `cascadeManager`: null clears the reports' manager, an id is their new one. */
  remove(origin: ChangeOrigin, id: string, options: { cascadeManager?: string | null }): Promise<User>
  get(actor: ChangeOrigin['actor'], id: string): Promise<store.UserText>
  findMany(ids: readonly string[]): Promise<readonly User[]>
  list(actor: ChangeOrigin['actor'], listing: store.UserListing): Promise<readonly store.UserText[]>
  /** The number of users that a listing matches, from a cache that this process' own writes and the wake-ups empty. */
  count(actor: ChangeOrigin['actor'], listing: store.UserListing): Promise<number>
  /** Forgets cached counts; called when another process changed users. */
  forgetCounts(): void
  close(): Promise<void>
}

export interface UserServiceOptions {
  readonly database: Database
  readonly clock: Clock
  /** Tells followers that something changed; called after the commit. */
  readonly announce: () => void
  readonly hashPassword: (password: string) => Promise<string>
  readonly defaultState: () => UserState
}

const changeAttempts = 100
const cachedCounts = 500
const reportsPerTransaction = 1900

type Insert = { readonly write: store.UserWrite; readonly passwordHash?: string }

class Users implements UserService {
  readonly #options: UserServiceOptions
  readonly #inserts: Batcher<store.UserWrite, store.InsertedUser | undefined>
  readonly #updates: Batcher<store.UserWrite, boolean>
  readonly #counts = new Map<string, number>()
  #version = 0

  constructor(options: UserServiceOptions) {
    this.#options = options
    const { database } = options
    this.#inserts = createBatcher({
      // Two at a time were no faster (1.10 of one at 16 connections, 0.96 at 64), and one keeps the rows in order.
      inFlight: 1,
      send: async (writes) => {
        const made = new Map((await store.insertMany(database, writes)).map((row) => [row.id as string, row]))
        return writes.map(({ user }) => made.get(user.id))
      },
    })
    this.#updates = createBatcher({
      send: async (writes) => {
        // The same user twice in one statement would write one of them silently; the later ones are decided anew.
        const first = writes.filter(
          ({ user }, index) => writes.findIndex((other) => other.user.id === user.id) === index,
        )
        const changed = await store.updateMany(database, first)
        return writes.map((write) => first.includes(write) && changed.has(write.user.id))
      },
    })
  }

  async create(origin: ChangeOrigin, input: UserInput): Promise<User> {
    requirePermission(origin.actor, 'users.write')
    const { clock, defaultState } = this.#options
    const now = clock.now()
    const { password, ...fields } = callersInput(input)
    const passwordHash = password === undefined ? undefined : await this.#hash(password)
    const facts = { id: newId(now.getTime()), now, defaultState: defaultState() }
    const user = accept(createUser({ ...fields, ...passwordFields(passwordHash, now) }, facts))
    const journal = journalInput(origin, creation(user))
    const inserted = await this.#insert({ write: { user, journal }, ...(passwordHash ? { passwordHash } : {}) })
    if (inserted === undefined) throw await this.#clash(user)
    this.#changed()
    return { ...user, unixUid: inserted.unixUid, unixGid: inserted.unixGid }
  }

  async #insert({ write, passwordHash }: Insert): Promise<store.InsertedUser | undefined> {
    try {
      if (passwordHash === undefined) return await this.#inserts.submit(write)
      return await this.#options.database.transaction(async (transaction) => {
        const [made] = await store.insertMany(transaction, [write])
        if (made) await setPassword(transaction, write.user, passwordHash)
        return made
      })
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async change(origin: ChangeOrigin, id: string, change: { input: UserInput; revision?: number }): Promise<User> {
    requirePermission(origin.actor, 'users.write')
    const { password, ...fields } = callersInput(change.input)
    if (fields['state'] !== undefined || fields['suspended'] !== undefined)
      requirePermission(origin.actor, 'users.suspend')
    const passwordHash = password === undefined ? undefined : await this.#hash(password)
    for (let attempt = 0; attempt < changeAttempts; attempt += 1) {
      const user = await this.#require(id)
      if (change.revision !== undefined && change.revision !== user.revision) throw new AppError('revision_changed')
      const now = this.#options.clock.now()
      const input = { ...fields, ...passwordFields(passwordHash, now) }
      const { user: next, changes } = accept(changeUser(user, input, { now, rights: {} }))
      if (Object.keys(changes).length === 0 && passwordHash === undefined) return user
      if (next.manager === next.id)
        throw new AppError('invalid_request', {
          field: 'manager',
          detail: 'manager: a user cannot be their own manager.',
        })
      const write = {
        user: next,
        journal: journalInput(origin, update(user, next, changes)),
        baseRevision: user.revision,
      }
      if (await this.#update(write, passwordHash)) {
        this.#changed()
        return next
      }
    }
    throw new AppError('revision_changed')
  }

  async #update(write: store.UserWrite, passwordHash: string | undefined): Promise<boolean> {
    try {
      if (passwordHash === undefined) return await this.#updates.submit(write)
      return await this.#options.database.transaction(async (transaction) => {
        const changed = await store.updateMany(transaction, [write])
        if (changed.size > 0) await setPassword(transaction, write.user, passwordHash)
        return changed.size > 0
      })
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async remove(origin: ChangeOrigin, id: string, options: { cascadeManager?: string | null }): Promise<User> {
    requirePermission(origin.actor, 'users.delete')
    const removed = await this.#options.database.transaction(async (transaction) => {
      const user = await store.lockForRemoval(transaction, parseId(id) ?? '')
      if (user === undefined) throw new AppError('not_found', { field: 'id' })
      await this.#settleReports(transaction, origin, user, options.cascadeManager)
      await store.removeMany(transaction, [{ id: user.id, journal: journalInput(origin, removal(user)) }])
      return user
    })
    this.#changed()
    return removed
  }

  /** Gives the reports of a leaving manager their new manager, or none; without a choice their existence is a refusal. */
  async #settleReports(
    db: Queryable,
    origin: ChangeOrigin,
    manager: User,
    choice: string | null | undefined,
  ): Promise<void> {
    const reports = await store.listReports(db, manager.id, reportsPerTransaction)
    if (reports.length === 0) return
    if (choice === undefined) throw new AppError('user_has_reports', { field: 'cascade_manager' })
    if (choice === manager.id)
      throw new AppError('invalid_request', {
        field: 'cascade_manager',
        detail: 'cascade_manager: is the user to be deleted.',
      })
    if (choice !== null && (await store.findMany(db, [choice])).length === 0)
      throw new AppError('invalid_request', {
        field: 'cascade_manager',
        detail: 'cascade_manager: there is no such user.',
      })
    const now = this.#options.clock.now()
    await store.updateMany(
      db,
      reports.map((user) => {
        const next = choice === user.id ? null : choice
        const changed = { ...user, manager: next, revision: user.revision + 1, updated: now }
        const changes = { manager: { before: user.manager, after: next } }
        return {
          user: changed,
          baseRevision: user.revision,
          journal: journalInput(origin, update(user, changed, changes)),
        }
      }),
    )
    if (reports.length === reportsPerTransaction) await this.#settleReports(db, origin, manager, choice)
  }

  async get(actor: ChangeOrigin['actor'], id: string): Promise<store.UserText> {
    requirePermission(actor, 'users.read')
    const user = await store.findText(this.#options.database, parseId(id) ?? '')
    if (user === undefined) throw new AppError('not_found', { field: 'id' })
    return user
  }

  findMany(ids: readonly string[]): Promise<readonly User[]> {
    return store.findMany(this.#options.database, ids)
  }

  async list(actor: ChangeOrigin['actor'], listing: store.UserListing): Promise<readonly store.UserText[]> {
    requirePermission(actor, 'users.read')
    for (const { field } of listing.sort)
      if (store.columnOf(field) === undefined)
        throw new AppError('invalid_filter', {
          field: 'sort',
          detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
        })
    try {
      return await this.#options.database.query(store.listQuery(listing))
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async count(actor: ChangeOrigin['actor'], listing: store.UserListing): Promise<number> {
    requirePermission(actor, 'users.read')
    try {
      const query = store.countQuery(listing)
      const key = `${query.text}\n${JSON.stringify(query.values)}`
      // Memberships and accounts change without a user being written, so what depends on them is counted every time.
      const isKept = listing.inGroupId === undefined && listing.inDirectoryId === undefined
      const known = isKept ? this.#counts.get(key) : undefined
      if (known !== undefined) return known
      const version = this.#version
      const [row] = await this.#options.database.query<{ count: number }>(query)
      const total = row?.count ?? 0
      if (!isKept || version !== this.#version) return total // somebody wrote meanwhile: true when read, not to be kept
      if (this.#counts.size >= cachedCounts) this.#counts.clear()
      this.#counts.set(key, total)
      return total
    } catch (error) {
      throw refusalOf(error)
    }
  }

  forgetCounts(): void {
    this.#version += 1
    this.#counts.clear()
  }

  async close(): Promise<void> {
    await Promise.all([this.#inserts.close(), this.#updates.close()])
  }

  #changed(): void {
    this.forgetCounts()
    this.#options.announce()
  }

  async #require(id: string): Promise<User> {
    const [user] = await store.findMany(this.#options.database, [parseId(id) ?? ''])
    if (user === undefined) throw new AppError('not_found', { field: 'id' })
    return user
  }

  async #hash(password: Json): Promise<string> {
    if (typeof password !== 'string' || password.length < 8 || password.length > 1024)
      throw new AppError('password_policy', { field: 'password', detail: 'password: must have 8 to 1,024 characters.' })
    return this.#options.hashPassword(password)
  }

  /** Which unique value a refused insert ran into. */
  async #clash(user: User): Promise<AppError> {
    const rivals = await store.findByNames(this.#options.database, {
      usernames: [user.username.toLowerCase()],
      emails: [user.email.toLowerCase()],
      employeeIds: user.employeeIdentifier === null ? [] : [user.employeeIdentifier],
    })
    if (rivals.some((rival) => rival.username.toLowerCase() === user.username.toLowerCase()))
      return new AppError('username_taken', { field: 'username' })
    if (
      rivals.some((rival) => rival.employeeIdentifier !== null && rival.employeeIdentifier === user.employeeIdentifier)
    )
      return new AppError('employee_identifier_taken', { field: 'employeeIdentifier' })
    return new AppError('email_taken', { field: 'email' })
  }
}

export function createUserService(options: UserServiceOptions): UserService {
  return new Users(options)
}

/** The fields that a request may set; what the hub owns and what it does not know is ignored, as JumpCloud does. */
function callersInput(input: UserInput): UserInput {
  return Object.fromEntries(
    Object.entries(input).filter(
      ([field]) =>
        field === 'password' ||
        (isUserField(field) && field !== 'activated' && !(isStoredField(field) && storedFields[field].setBy === 'hub')),
    ),
  )
}

function passwordFields(hash: string | undefined, now: Date): UserInput {
  return hash === undefined ? {} : { activated: true, password_date: now.toISOString(), password_expired: false }
}

async function setPassword(db: Queryable, user: User, hash: string): Promise<void> {
  await store.setPasswordHash(db, { userId: user.id, hash, changed: user.updated })
}

/** Words for what the database refuses. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ConditionError)
    return new AppError('invalid_filter', { field: error.field, detail: error.message })
  if (isUniqueViolation(error, 'users_username')) return new AppError('username_taken', { field: 'username' })
  if (isUniqueViolation(error, 'users_email')) return new AppError('email_taken', { field: 'email' })
  if (isUniqueViolation(error, 'users_employee_id'))
    return new AppError('employee_identifier_taken', { field: 'employeeIdentifier' })
  if (isForeignKeyViolation(error))
    return new AppError('invalid_request', { field: 'manager', detail: 'manager: there is no such user.' })
  return error
}
