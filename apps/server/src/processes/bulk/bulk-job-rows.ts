// Rows of a bulk job as they arrive: whom they mean, and what they ask for, or why nothing can be done about them.
import { AppError, type Decision, type Refusal } from '@lockstep/contract/app-error'
import type { BulkJobKind, BulkRowParts } from '@lockstep/contract/hub/bulk-job'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { findUsersByNames, findUsersById } from '../../directory/users/user-import.service.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database } from '../../platform/db/database.ts'
import { failureOf } from './bulk-job.rules.ts'
import type { NewRow } from './bulk-job.store.ts'

/** A row that was sent. Whom a change means is said by one of these names, in this order. */
export interface RequestedRow {
  readonly id?: string
  readonly username?: string
  readonly email?: string
  readonly employeeIdentifier?: string
  /** What the row sets, read beside the present user; throws an AppError when it cannot be read. */
  readonly read: (present: User | undefined) => UserInput
  /** What is decided beside the user as they are when the row is worked on; throws an AppError when it cannot be read. */
  readonly readParts?: () => BulkRowParts
}

interface Reading {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal'>
  readonly origin: ChangeOrigin
  readonly job: { readonly id: string; readonly kind: BulkJobKind }
  readonly firstPosition: number
}

/** The rows as they are stored. */
export async function readRows(requested: readonly RequestedRow[], reading: Reading): Promise<readonly NewRow[]> {
  const { job, firstPosition } = reading
  const find = job.kind === 'create' ? () => undefined : await finder(requested, reading)
  const rows: NewRow[] = []
  for (const [index, row] of requested.entries())
    rows.push(await readRow(row, { ...reading, find, position: firstPosition + index }))
  return rows
}

/** What a sealed password of a row is for. */
export function passwordPurpose(jobId: string, position: number): string {
  return `bulk-jobs/${jobId}/${position}/password`
}

type Find = (row: RequestedRow) => User | undefined

async function finder(requested: readonly RequestedRow[], { database }: Reading): Promise<Find> {
  const ids = requested.flatMap(({ id }) => parseId(id) ?? [])
  const texts = (of: (row: RequestedRow) => string | undefined): string[] =>
    requested.flatMap((row) => (row.id === undefined ? (of(row)?.toLowerCase() ?? []) : []))
  const found = await findUsersByNames(database, {
    usernames: texts(({ username }) => username),
    emails: texts(({ username, email }) => (username === undefined ? email : undefined)),
    employeeIds: requested.flatMap((row) => (isByEmployeeId(row) ? row.employeeIdentifier : [])),
  })
  const byId = new Map((await findUsersById(database, ids)).map((user): [string, User] => [user.id, user]))
  const byUsername = new Map(found.map((user) => [user.username.toLowerCase(), user]))
  const byEmail = new Map(found.map((user) => [user.email.toLowerCase(), user]))
  const byEmployeeId = new Map(found.map((user) => [user.employeeIdentifier, user]))
  return (row) => {
    const { id, username, email } = row
    if (isByEmployeeId(row)) return byEmployeeId.get(row.employeeIdentifier)
    if (id !== undefined) return byId.get(parseId(id) ?? '')
    if (username !== undefined) return byUsername.get(username.toLowerCase())
    return email === undefined ? undefined : byEmail.get(email.toLowerCase())
  }
}

type EmployeeRow = RequestedRow & { readonly employeeIdentifier: string }

function isByEmployeeId(row: RequestedRow): row is EmployeeRow {
  const { id, username, email, employeeIdentifier } = row
  return employeeIdentifier !== undefined && id === undefined && username === undefined && email === undefined
}

interface RowReading extends Reading {
  readonly find: Find
  readonly position: number
}

async function readRow(row: RequestedRow, reading: RowReading): Promise<NewRow> {
  const { job, position, vault, clock } = reading
  const user = reading.find(row)
  const facts = {
    position,
    userId: job.kind === 'create' ? newId(clock.now().getTime()) : (user?.id ?? null),
    username: user?.username ?? row.username ?? '',
    email: user?.email ?? row.email ?? '',
    displayName: user?.displayname ?? '',
  }
  const refused = (refusal: Refusal): NewRow => ({
    ...facts,
    input: null,
    passwordSealed: null,
    failure: failureOf(refusal),
  })
  if (job.kind !== 'create' && user === undefined) return refused(nobody(row))
  const decision = inputOf(row, user, reading)
  if (!decision.ok) return refused(decision)
  const { input: wanted, parts } = decision.value
  const { password, ...input } = wanted
  const passwordSealed =
    typeof password === 'string' ? await vault.seal(passwordPurpose(job.id, position), Buffer.from(password)) : null
  return { ...facts, input, parts, passwordSealed, failure: null }
}

interface Wanted {
  readonly input: UserInput
  readonly parts: BulkRowParts | null
}

function inputOf(row: RequestedRow, user: User | undefined, reading: Reading): Decision<Wanted> {
  try {
    const input = row.read(user)
    const parts = row.readParts?.() ?? {}
    if (input['password'] !== undefined && typeof input['password'] !== 'string')
      return { ok: false, code: 'invalid_request', field: 'password', detail: 'password: must be text.' }
    const value = { input, parts: Object.keys(parts).length === 0 ? null : parts }
    return forbiddenState(input, reading) ?? { ok: true, value }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, field } = error
    return { ok: false, code, detail: message, ...(field === undefined ? {} : { field }) }
  }
}

function nobody(row: RequestedRow): Refusal {
  const { id, username, email } = row
  if (isByEmployeeId(row))
    return {
      ok: false,
      code: 'not_found',
      field: 'employeeIdentifier',
      detail: 'employeeIdentifier: there is no such user.',
    }
  if (id === undefined && username === undefined && email === undefined)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'id',
      detail: 'id: is required, or the username or the e-mail address of the user.',
    }
  const field = id !== undefined ? 'id' : username !== undefined ? 'username' : 'email'
  if (id !== undefined && parseId(id) === undefined)
    return { ok: false, code: 'invalid_request', field, detail: 'id: must be an id of 24 hexadecimal digits.' }
  return { ok: false, code: 'not_found', field, detail: `${field}: there is no such user.` }
}

/** Suspending and activating needs a permission of its own, also in the rows of a job. */
function forbiddenState(input: UserInput, { job, origin }: Reading): Refusal | undefined {
  const isState = input['state'] !== undefined || input['suspended'] !== undefined
  if (job.kind !== 'update' || !isState || origin.actor.permissions.has('users.suspend')) return undefined
  return {
    ok: false,
    code: 'forbidden',
    field: 'state',
    detail: 'state: This needs the permission users.suspend, which your role does not have.',
  }
}
