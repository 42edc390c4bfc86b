import { accept, AppError, type Refusal } from '@lockstep/contract/app-error'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { type Batcher, createBatcher } from '../../platform/db/batcher.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/database-error.ts'
import { isUniqueValueViolation } from '../../platform/db/unique-value.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import { findAuthorityName } from './managed-field.store.ts'
import type { PasswordPolicy } from './password-policy.rules.ts'
import {
  createPasswordService,
  type DeliverPassword,
  type PasswordService,
  type PreparedPassword,
} from './password.service.ts'
import { isStoredField, storedFields } from './user-fields.rules.ts'
import { creation, removal, update } from './user-journal.rules.ts'
import { createUserReader } from './user-reader.ts'
import {
  type ChangeRights,
  changeUser,
  createUser,
  isUserField,
  refusePassword,
  restrictedFields,
  type User,
  type UserInput,
} from './user.rules.ts'
import type { UserListing } from './user-listing.store.ts'
import { UserListings, type UserPage } from './user-listings.service.ts'
import * as store from './user.store.ts'

/** Users as the gateways use them. Refusals are AppErrors. */
export interface UserService {
  /** `set`: fields that only the hub itself sets, for use cases of its own. */
  create(origin: ChangeOrigin, input: UserInput, set?: UserInput): Promise<User>
  /** Changes the named fields. With `revision`, refuses when somebody changed the user since. */
  change(origin: ChangeOrigin, id: string, change: RequestedChange): Promise<User>
  /** Deletes and answers the user as it was. `cascadeManager`: null clears the reports' manager, an id is their new one. */
  remove(origin: ChangeOrigin, id: string, options: RemovalOptions): Promise<User>
  get(actor: ChangeOrigin['actor'], id: string): Promise<User>
  findMany(ids: readonly string[]): Promise<readonly User[]>
  list(actor: ChangeOrigin['actor'], listing: UserListing): Promise<readonly User[]>
  /** A page of a list with the number of all that match. */
  page(actor: ChangeOrigin['actor'], listing: UserListing): Promise<UserPage>
  /** The number of users that a listing matches, from a cache that this process' own writes and the wake-ups empty. */
  count(actor: ChangeOrigin['actor'], listing: UserListing): Promise<number>
  /** The groups of users, by user. */
  groupIds(actor: ChangeOrigin['actor'], ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Forgets cached counts; called when another process changed users. */
  forgetCounts(): void
  close(): Promise<void>
}

export interface RequestedChange {
  readonly input: UserInput
  readonly revision?: number
  /** The user as it was read for this change, which saves reading it again. When somebody changed it since, it is read all the same. */
  readonly present?: User
  /** Fields that only the hub itself sets, for use cases of its own. */
  readonly set?: UserInput
  /** The outside authority that asks, whose restricted fields may change. */
  readonly authorityId?: string
  /** The password may be set also where a directory has authority over it, and is written there too: the way of expiry notices. */
  readonly despiteAuthority?: boolean
  /** More that belongs to the change, in the same transaction; not called when nothing changes. */
  readonly within?: (transaction: Queryable) => Promise<void>
}

export interface RemovalOptions {
  readonly cascadeManager?: string | null
  readonly revision?: number
}

export interface UserServiceOptions {
  readonly database: Database
  readonly clock: Clock
  /** Tells followers that something changed; called after the commit. */
  readonly announce: () => void
  readonly hashPassword: (password: string) => Promise<string>
  /** Recognises earlier passwords; without it they may be used again. */
  readonly verifyPassword?: (hash: string, password: string) => Promise<boolean>
  /** Default: the policy of a new hub. */
  readonly passwordPolicy?: (userId?: string) => Promise<PasswordPolicy>
  /** Carries new passwords on to directories. */
  readonly deliverPassword?: DeliverPassword
  /** The state of a new user whose input says none. */
  readonly defaultState: () => UserState | Promise<UserState>
  /** What a list or a count may take for which every user is looked at. */
  readonly slowListTimeoutMs?: number
}

const changeAttempts = 100
const reportsPerTransaction = 1900

type Insert = { readonly write: store.UserWrite; readonly password?: PreparedPassword }

class Users implements UserService {
  readonly #options: UserServiceOptions
  readonly #inserts: Batcher<store.UserWrite, store.InsertedUser | undefined>
  readonly #updates: Batcher<store.UserWrite, boolean>
  readonly #find: ReturnType<typeof createUserReader>
  readonly #passwords: PasswordService
  readonly #listings: UserListings

  constructor(options: UserServiceOptions) {
    this.#options = options
    const { database } = options
    this.#find = createUserReader(database)
    this.#passwords = createPasswordService(options)
    this.#listings = new UserListings(options)
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

  async create(origin: ChangeOrigin, input: UserInput, set: UserInput = {}): Promise<User> {
    requirePermission(origin.actor, 'users.write')
    const { clock, defaultState } = this.#options
    const now = clock.now()
    const { password, ...fields } = callersInput(input)
    const owner = { username: textOf(fields['username']), neverExpires: fields['password_never_expires'] === true }
    const prepared = password === undefined ? undefined : await this.#passwords.prepare(password, owner)
    const facts = { id: newId(now.getTime()), now, defaultState: await defaultState() }
    const user = accept(createUser({ ...fields, ...prepared?.fields, ...set }, facts))
    const journal = journalInput(origin, creation(user))
    const inserted = await this.#insert({ write: { user, journal }, ...(prepared ? { password: prepared } : {}) })
    if (inserted === undefined) throw await this.#clash(user)
    this.#changed()
    return { ...user, unixUid: inserted.unixUid, unixGid: inserted.unixGid }
  }

  async #insert({ write, password }: Insert): Promise<store.InsertedUser | undefined> {
    try {
      if (password === undefined) return await this.#inserts.submit(write)
      return await this.#options.database.transaction(async (transaction) => {
        const [made] = await store.insertMany(transaction, [write])
        if (made) await this.#savePassword(transaction, write.user, password)
        return made
      })
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async change(origin: ChangeOrigin, id: string, change: RequestedChange): Promise<User> {
    requirePermission(origin.actor, 'users.write')
    const { password, ...fields } = callersInput(change.input)
    if (fields['state'] !== undefined || fields['suspended'] !== undefined)
      requirePermission(origin.actor, 'users.suspend')
    const rights: ChangeRights = change.authorityId === undefined ? {} : { authorityId: change.authorityId }
    const prepared =
      password === undefined ? undefined : await this.#newPassword(id, password, fields, { ...change, rights })
    for (let attempt = 0; attempt < changeAttempts; attempt += 1) {
      const user = (attempt === 0 ? change.present : undefined) ?? (await this.#require(id))
      if (change.revision !== undefined && change.revision !== user.revision) throw new AppError('revision_changed')
      const now = this.#options.clock.now()
      const input = { ...fields, ...(await this.#expiration(user, fields)), ...prepared?.fields, ...change.set }
      const decision = changeUser(user, input, { now, rights })
      const { user: next, changes } = accept(decision.ok ? decision : await this.#worded(decision, user))
      if (Object.keys(changes).length === 0 && prepared === undefined) return user
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
      if (await this.#update(write, prepared, change.within)) {
        this.#changed()
        return next
      }
    }
    throw new AppError('revision_changed')
  }

  async #update(
    write: store.UserWrite,
    password: PreparedPassword | undefined,
    within: RequestedChange['within'],
  ): Promise<boolean> {
    try {
      if (password === undefined && within === undefined) return await this.#updates.submit(write)
      return await this.#options.database.transaction(async (transaction) => {
        const changed = await store.updateMany(transaction, [write])
        if (changed.size === 0) return false
        if (password !== undefined) await this.#savePassword(transaction, write.user, password)
        await within?.(transaction)
        return true
      })
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async remove(origin: ChangeOrigin, id: string, options: RemovalOptions): Promise<User> {
    requirePermission(origin.actor, 'users.delete')
    const removed = await this.#options.database.transaction(async (transaction) => {
      const user = await store.lockForRemoval(transaction, parseId(id) ?? '')
      if (user === undefined) throw new AppError('not_found', { field: 'id' })
      if (options.revision !== undefined && options.revision !== user.revision) throw new AppError('revision_changed')
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

  async get(actor: ChangeOrigin['actor'], id: string): Promise<User> {
    requirePermission(actor, 'users.read')
    return this.#require(id)
  }

  findMany(ids: readonly string[]): Promise<readonly User[]> {
    return this.#find(ids)
  }

  list(actor: ChangeOrigin['actor'], listing: UserListing): Promise<readonly User[]> {
    return this.#listings.list(actor, listing)
  }

  page(actor: ChangeOrigin['actor'], listing: UserListing): Promise<UserPage> {
    return this.#listings.page(actor, listing)
  }

  count(actor: ChangeOrigin['actor'], listing: UserListing): Promise<number> {
    return this.#listings.count(actor, listing)
  }

  groupIds(actor: ChangeOrigin['actor'], ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#listings.groupIds(actor, ids)
  }

  forgetCounts(): void {
    this.#listings.forget()
  }

  async close(): Promise<void> {
    await Promise.all([this.#inserts.close(), this.#updates.close()])
  }

  #changed(): void {
    this.forgetCounts()
    this.#options.announce()
  }

  async #require(id: string): Promise<User> {
    const [user] = await this.#find([parseId(id) ?? ''])
    if (user === undefined) throw new AppError('not_found', { field: 'id' })
    return user
  }

  #savePassword(db: Queryable, user: User, password: PreparedPassword): Promise<void> {
    return this.#passwords.save(db, password, { userId: user.id, changed: user.updated })
  }

  async #newPassword(
    id: string,
    password: Json,
    fields: UserInput,
    { rights, despiteAuthority = false }: Pick<RequestedChange, 'despiteAuthority'> & { readonly rights: ChangeRights },
  ): Promise<PreparedPassword> {
    const user = await this.#require(id)
    const managed = despiteAuthority ? undefined : refusePassword(user, rights.authorityId)
    if (managed) accept(await this.#worded(managed, user))
    const neverExpires = fields['password_never_expires'] ?? user.attributes['password_never_expires']
    return this.#passwords.prepare(password, {
      id: user.id,
      username: textOf(fields['username'] ?? user.username),
      neverExpires: neverExpires === true,
      despiteAuthority,
    })
  }

  /** A password that never expired and shall do so again expires by today's policy. */
  async #expiration(user: User, fields: UserInput): Promise<UserInput> {
    const { password_never_expires: never, password_date: setAt } = user.attributes
    if (never !== true || fields['password_never_expires'] !== false || typeof setAt !== 'string') return {}
    const expires = await this.#passwords.expiration(new Date(setAt), false, user.id)
    return { password_expiration_date: expires?.toISOString() ?? null }
  }

  /** Names the directory that manages a field as people know it. */
  async #worded(refusal: Refusal, user: User): Promise<Refusal> {
    if (refusal.code !== 'field_managed_elsewhere') return refusal
    const id = restrictedFields(user).find(({ field }) => field === refusal.field)?.id ?? ''
    const name = await findAuthorityName(this.#options.database, id)
    const detail = refusal.detail?.replace(`(${id})`, `${name} (${id})`)
    return name === undefined || detail === undefined ? refusal : { ...refusal, detail }
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
    const isAddress = rivals.some((rival) => rival.email.toLowerCase() === user.email.toLowerCase())
    return isAddress || !user.further?.['values']
      ? new AppError('email_taken', { field: 'email' })
      : new AppError('attribute_value_taken')
  }
}

export function createUserService(options: UserServiceOptions): UserService {
  return new Users(options)
}

/** The fields that a request may set; what the hub owns and what it does not know is ignored, as JumpCloud does. */
export function callersInput(input: UserInput): UserInput {
  const taken: Record<string, Json | undefined> = {}
  for (const field in input) {
    const isOurs = field === 'activated' || (isStoredField(field) && storedFields[field].setBy === 'hub')
    if (field === 'password' || (isUserField(field) && !isOurs)) taken[field] = input[field]
  }
  return taken
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Words for what the database refuses. */
function refusalOf(error: unknown): unknown {
  if (isUniqueViolation(error, 'users_username')) return new AppError('username_taken', { field: 'username' })
  if (isUniqueViolation(error, 'users_email')) return new AppError('email_taken', { field: 'email' })
  if (isUniqueViolation(error, 'users_employee_id'))
    return new AppError('employee_identifier_taken', { field: 'employeeIdentifier' })
  if (isUniqueValueViolation(error)) return new AppError('attribute_value_taken')
  if (isForeignKeyViolation(error))
    return new AppError('invalid_request', { field: 'manager', detail: 'manager: there is no such user.' })
  return error
}
