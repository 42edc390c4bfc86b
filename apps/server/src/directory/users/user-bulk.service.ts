// Users as bulk jobs and schedules write them: many at a time inside the caller's transaction, on behalf of whoever asked. The
// decisions are the same rules as for single requests; what they refuse comes back for each user instead of stopping the others.
import { AppError, type Refusal } from '@lockstep/contract/app-error'
import type { UserState } from '@lockstep/contract/hub/user'
import { isId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import type { PasswordService, PreparedPassword } from './password.service.ts'
import { type LeavingUser, type RemovalOutcome, removeMany } from './user-bulk-removal.ts'
import { creation, update } from './user-journal.rules.ts'
import { changeUser, createUser, refusePassword, type User, type UserInput } from './user.rules.ts'
import { callersInput } from './user.service.ts'
import * as store from './user.store.ts'

/** One user to create or to change. `input` is what a request may set, `set` what only the hub itself sets. */
export interface BulkUser {
  /** For a creation the id that the user gets: the caller recognises by it what was done already. */
  readonly userId: string
  readonly input: UserInput
  readonly set?: UserInput
  /** What a change sets beside the user as they are now. */
  readonly beside?: (user: User) => UserInput
  readonly origin: ChangeOrigin
}

/** What became of one of them; `user` is as it is now, unless it was refused, and `before` is the state of one that was there. */
export type BulkOutcome =
  | { readonly ok: true; readonly user: User; readonly isChanged: boolean; readonly before?: UserState }
  | (Refusal & { readonly user?: User })

export interface BulkFacts {
  readonly now: Date
  /** The state of new users that name none. */
  readonly defaultState: UserState
}

/** Both answer the outcomes in the order of what was asked. */
export interface UserBulkService {
  createMany(db: Queryable, users: readonly BulkUser[], facts: BulkFacts): Promise<readonly BulkOutcome[]>
  /** The same user may stand there several times; the later change starts from the earlier one. */
  changeMany(db: Queryable, users: readonly BulkUser[], facts: BulkFacts): Promise<readonly BulkOutcome[]>
  removeMany(db: Queryable, users: readonly LeavingUser[]): Promise<readonly RemovalOutcome[]>
}

export interface UserBulkOptions {
  readonly passwords: Pick<PasswordService, 'prepare' | 'save' | 'expiration'>
}

interface Decided {
  readonly index: number
  readonly before?: User
  readonly user: User
  readonly write?: store.UserWrite
  readonly password?: PreparedPassword
}

export function createUserBulkService({ passwords }: UserBulkOptions): UserBulkService {
  return {
    createMany: (db, users, facts) => createMany(db, users, { ...facts, passwords }),
    async changeMany(db, users, facts) {
      const outcomes: BulkOutcome[] = []
      let left = users.map((wanted, index) => ({ wanted, index }))
      while (left.length > 0) left = await changeWave(db, left, { ...facts, passwords, outcomes })
      return outcomes
    },
    removeMany,
  }
}

interface Means extends BulkFacts {
  readonly passwords: UserBulkOptions['passwords']
}

async function createMany(db: Queryable, wanted: readonly BulkUser[], means: Means): Promise<readonly BulkOutcome[]> {
  const outcomes: BulkOutcome[] = []
  const managers = await existing(
    db,
    wanted.map(({ input }) => input['manager']),
  )
  const decided: Decided[] = []
  for (const [index, one] of wanted.entries()) {
    const decision = await decideNew(one, index, { ...means, managers })
    if ('ok' in decision) outcomes[index] = decision
    else decided.push(decision)
  }
  const writes = decided.flatMap(({ write }) => (write === undefined ? [] : [write]))
  const made = new Map((writes.length === 0 ? [] : await store.insertMany(db, writes)).map((row) => [row.id, row]))
  const refused = decided.filter(({ user }) => !made.has(user.id))
  const clashes = await clashesOf(
    db,
    refused.map(({ user }) => user),
  )
  for (const { index, user, password } of decided) {
    const row = made.get(user.id)
    if (row === undefined) {
      outcomes[index] = clashes.get(user.id) ?? { ok: false, code: 'email_taken', field: 'email' }
      continue
    }
    if (password) await means.passwords.save(db, password, { userId: user.id, changed: user.updated })
    outcomes[index] = { ok: true, isChanged: true, user: { ...user, unixUid: row.unixUid, unixGid: row.unixGid } }
  }
  return outcomes
}

async function decideNew(
  { userId, input, set, origin }: BulkUser,
  index: number,
  { now, defaultState, passwords, managers }: Means & { readonly managers: ReadonlySet<string> },
): Promise<Decided | Refusal> {
  if (!isId(userId)) return { ok: false, code: 'internal' }
  const { password, ...fields } = callersInput(input)
  const owner = {
    username: textOf(fields['username']),
    neverExpires: fields['password_never_expires'] === true,
  }
  const prepared = password === undefined ? undefined : await refusing(passwords.prepare(password, owner))
  if (prepared !== undefined && 'ok' in prepared) return prepared
  const decision = createUser({ ...fields, ...prepared?.fields, ...set }, { id: userId, now, defaultState })
  if (!decision.ok) return decision
  const user = decision.value
  if (user.manager !== null && !managers.has(user.manager)) return noManager
  const write = { user, journal: journalInput(origin, creation(user)) }
  return { index, user, write, ...(prepared === undefined ? {} : { password: prepared }) }
}

interface Wave extends Means {
  readonly outcomes: BulkOutcome[]
}

interface Place {
  readonly wanted: BulkUser
  readonly index: number
}

/** Changes each user once, and answers what has to wait for that: a second change of one, or a name that is given up just now. */
async function changeWave(db: Queryable, places: readonly Place[], wave: Wave): Promise<Place[]> {
  const users = new Map(
    (await store.lockMany(db, [...new Set(places.map(({ wanted }) => wanted.userId))])).map((user): [string, User] => [
      user.id,
      user,
    ]),
  )
  const managers = await existing(
    db,
    places.map(({ wanted }) => wanted.input['manager']),
  )
  const rivals = await rivalsOf(
    db,
    places.map(({ wanted }) => wanted.input),
  )
  const later: Place[] = []
  const decided = new Map<string, Decided>()
  for (const place of places) {
    const { wanted, index } = place
    const user = users.get(wanted.userId)
    if (user === undefined) wave.outcomes[index] = { ok: false, code: 'not_found', field: 'id' }
    else if (decided.has(user.id)) later.push(place)
    else {
      const decision = await decideChange(wanted, index, { ...wave, user, managers })
      if ('ok' in decision) wave.outcomes[index] = { ...decision, user }
      else {
        const rival = rivalOf(decision, [...rivals, ...[...decided.values()].map(({ user: other }) => other)])
        if (rival === undefined) decided.set(user.id, decision)
        else if (decided.has(rival.id)) later.push(place)
        else wave.outcomes[index] = { ...rival.refusal, user }
      }
    }
  }
  await write(db, [...decided.values()], wave)
  return later
}

async function write(db: Queryable, decided: readonly Decided[], wave: Wave): Promise<void> {
  const writes = decided.flatMap((one) => (one.write === undefined ? [] : [one.write]))
  if (writes.length > 0) await store.updateMany(db, writes)
  for (const { index, before, user, write: written, password } of decided) {
    if (password) await wave.passwords.save(db, password, { userId: user.id, changed: user.updated })
    wave.outcomes[index] = { ok: true, user, isChanged: written !== undefined, ...(before && { before: before.state }) }
  }
}

interface ChangeMeans extends Means {
  readonly user: User
  readonly managers: ReadonlySet<string>
}

async function decideChange(wanted: BulkUser, index: number, means: ChangeMeans): Promise<Decided | Refusal> {
  const { user, now, passwords, managers } = means
  const { password, ...fields } = callersInput({ ...wanted.input, ...wanted.beside?.(user) })
  const prepared = password === undefined ? undefined : await newPassword(password, fields, means)
  if (prepared !== undefined && 'ok' in prepared) return prepared
  const expiration = await expirationOf(user, fields, passwords)
  const input = { ...fields, ...expiration, ...prepared?.fields, ...wanted.set }
  const decision = changeUser(user, input, { now, rights: {} })
  if (!decision.ok) return decision
  const { user: next, changes } = decision.value
  if (next.manager === next.id)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'manager',
      detail: 'manager: a user cannot be their own manager.',
    }
  if (next.manager !== null && next.manager !== user.manager && !managers.has(next.manager)) return noManager
  const journal = journalInput(wanted.origin, update(user, next, changes))
  const isSame = Object.keys(changes).length === 0 && prepared === undefined
  return {
    index,
    before: user,
    user: next,
    ...(isSame ? {} : { write: { user: next, journal, baseRevision: user.revision } }),
    ...(prepared === undefined ? {} : { password: prepared }),
  }
}

async function newPassword(
  password: Json,
  fields: UserInput,
  { user, passwords }: ChangeMeans,
): Promise<PreparedPassword | Refusal> {
  const managed = refusePassword(user)
  if (managed) return managed
  const neverExpires = fields['password_never_expires'] ?? user.attributes['password_never_expires']
  const owner = {
    id: user.id,
    username: textOf(fields['username'] ?? user.username),
    neverExpires: neverExpires === true,
  }
  return refusing(passwords.prepare(password, owner))
}

/** A password that never expired and shall do so again expires by today's policy. */
async function expirationOf(user: User, fields: UserInput, passwords: Means['passwords']): Promise<UserInput> {
  const { password_never_expires: never, password_date: setAt } = user.attributes
  if (never !== true || fields['password_never_expires'] !== false || typeof setAt !== 'string') return {}
  const expires = await passwords.expiration(new Date(setAt), false)
  return { password_expiration_date: expires?.toISOString() ?? null }
}

const noManager: Refusal = {
  ok: false,
  code: 'invalid_request',
  field: 'manager',
  detail: 'manager: there is no such user.',
}

async function refusing<T>(work: Promise<T>): Promise<T | Refusal> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, field } = error
    return { ok: false, code, detail: message, ...(field === undefined ? {} : { field }) }
  }
}

/** Those of the values that are ids of users. */
async function existing(db: Queryable, values: readonly unknown[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : '')).filter(isId))]
  return new Set<string>((await store.findMany(db, ids)).map((user) => user.id))
}

/** Everybody who has one of the unique values that the inputs want. */
async function rivalsOf(db: Queryable, inputs: readonly UserInput[]): Promise<readonly User[]> {
  const texts = (field: string): string[] => inputs.map((input) => textOf(input[field])).filter((text) => text !== '')
  const usernames = texts('username').map((name) => name.toLowerCase())
  const emails = texts('email').map((email) => email.toLowerCase())
  const employeeIds = texts('employeeIdentifier')
  if (usernames.length + emails.length + employeeIds.length === 0) return []
  return store.findByNames(db, { usernames, emails, employeeIds })
}

/** Who else has a unique value that this change wants, and how it is refused therefore. */
function rivalOf(
  { before, user }: Decided,
  others: readonly User[],
): { readonly id: string; readonly refusal: Refusal } | undefined {
  const isNew =
    before === undefined ||
    before.username !== user.username ||
    before.email !== user.email ||
    before.employeeIdentifier !== user.employeeIdentifier
  if (!isNew) return undefined
  for (const other of others) {
    const refusal = other.id === user.id ? undefined : clash(user, other)
    if (refusal) return { id: other.id, refusal }
  }
  return undefined
}

/** Which unique value two users share. */
function clash(user: User, other: User): Refusal | undefined {
  if (user.username.toLowerCase() === other.username.toLowerCase())
    return { ok: false, code: 'username_taken', field: 'username' }
  if (user.email.toLowerCase() === other.email.toLowerCase()) return { ok: false, code: 'email_taken', field: 'email' }
  if (user.employeeIdentifier !== null && user.employeeIdentifier === other.employeeIdentifier)
    return { ok: false, code: 'employee_identifier_taken', field: 'employeeIdentifier' }
  return undefined
}

/** Why each of the users could not be inserted. */
async function clashesOf(db: Queryable, users: readonly User[]): Promise<ReadonlyMap<string, Refusal>> {
  if (users.length === 0) return new Map()
  const rivals = await store.findByNames(db, {
    usernames: users.map((user) => user.username.toLowerCase()),
    emails: users.map((user) => user.email.toLowerCase()),
    employeeIds: users.flatMap(({ employeeIdentifier: id }) => (id === null ? [] : [id])),
  })
  return new Map(
    users.flatMap((user): [string, Refusal][] => {
      const refusals = rivals.flatMap((rival) => clash(user, rival) ?? [])
      const first = refusals.find(({ code }) => code === 'username_taken') ?? refusals[0]
      return first === undefined ? [] : [[user.id, first]]
    }),
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
