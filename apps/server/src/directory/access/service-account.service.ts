import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { ChangeOrigin, FieldChanges, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { requireName, requirePermission, requireRoleWithin } from './access.rules.ts'
import * as tokens from './access-token.store.ts'
import { apiKeyPrefix } from './api-key.rules.ts'
import { serviceKeyPrefix } from './authentication.service.ts'
import { roleName } from './role.rules.ts'
import { chosenRole, type RoleChoice } from './role.service.ts'
import * as store from './service-account.store.ts'
import * as credentials from './service-credential.store.ts'

/** Accounts of programs: a role, and keys or client secrets that end by themselves. */
export interface ServiceAccountService {
  list(actor: Actor): Promise<readonly ServiceAccount[]>
  get(actor: Actor, id: string): Promise<ServiceAccount>
  /** With a credential its secret is in this answer and nowhere else. */
  create(origin: ChangeOrigin, input: ServiceAccountInput): Promise<MadeServiceAccount>
  change(
    origin: ChangeOrigin,
    id: string,
    input: RoleChoice & { readonly name?: string | undefined },
  ): Promise<ServiceAccount>
  /** Its keys and client secrets are refused until it is enabled again; its tokens end. Doing it twice changes nothing. */
  disable(origin: ChangeOrigin, id: string): Promise<ServiceAccount>
  /** Its keys and client secrets work again, as far as they have not expired. */
  enable(origin: ChangeOrigin, id: string): Promise<ServiceAccount>
  /** Its credentials and tokens are refused from now on. */
  remove(origin: ChangeOrigin, id: string): Promise<void>
  addCredential(origin: ChangeOrigin, id: string, input: CredentialInput): Promise<MadeCredential>
  /** The credential, and every token that was given for it, are refused from now on. */
  removeCredential(origin: ChangeOrigin, id: string, credentialId: string): Promise<void>
}

/** A service account with its credentials, newest first, without their secrets. */
export interface ServiceAccount extends store.ServiceAccountRow {
  readonly credentials: readonly credentials.CredentialRow[]
}

export interface CredentialInput {
  readonly kind: credentials.CredentialKind
  readonly lifetimeDays: number
}

export interface ServiceAccountInput extends RoleChoice {
  readonly name: string
  readonly credential?: CredentialInput
}

export interface MadeCredential {
  readonly credential: credentials.CredentialRow
  readonly secret: string
}

export interface MadeServiceAccount {
  readonly account: ServiceAccount
  /** The secret of its first credential. */
  readonly secret?: string
}

export interface ServiceAccountDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const listLimit = 1_000
const maxCredentials = 20
const maxLifetimeDays = 3_650
const maxNameLength = 100
const dayMs = 86_400_000

export function createServiceAccountService(dependencies: ServiceAccountDependencies): ServiceAccountService {
  const { database } = dependencies
  const withCredentials = async (rows: readonly store.ServiceAccountRow[]): Promise<readonly ServiceAccount[]> => {
    const ids = rows.map(({ id }) => id)
    const found = await credentials.listOf(database, ids, listLimit * maxCredentials)
    return rows.map((row) => ({
      ...row,
      credentials: found.filter(({ serviceAccountId }) => serviceAccountId === row.id),
    }))
  }
  const find = async (id: string): Promise<ServiceAccount> => {
    const row = await store.find(database, id)
    const [account] = row === undefined ? [] : await withCredentials([row])
    if (account === undefined) throw new AppError('not_found', { field: 'id' })
    return account
  }
  return {
    async list(actor) {
      requirePermission(actor, 'service_accounts.read')
      return withCredentials(await store.list(database, listLimit))
    },
    async get(actor, id) {
      requirePermission(actor, 'service_accounts.read')
      return find(id)
    },
    create: (origin, input) => database.transaction((transaction) => create(transaction, dependencies, origin, input)),
    async change(origin, id, input) {
      await database.transaction((transaction) => change(transaction, dependencies, { origin, id, input }))
      return find(id)
    },
    async disable(origin, id) {
      await database.transaction((transaction) => setDisabled(transaction, dependencies, { origin, id, to: true }))
      return find(id)
    },
    async enable(origin, id) {
      await database.transaction((transaction) => setDisabled(transaction, dependencies, { origin, id, to: false }))
      return find(id)
    },
    remove: (origin, id) =>
      database.transaction(async (transaction) => {
        const row = await hold(transaction, origin, id)
        await store.remove(transaction, id)
        const changes = accountChanges(row, undefined)
        await note(transaction, dependencies, origin, { ...subjectOf(row), action: 'service_account.delete', changes })
      }),
    addCredential: (origin, id, input) =>
      database.transaction(async (transaction) => {
        const row = await hold(transaction, origin, id)
        if ((await credentials.listOf(transaction, [id], maxCredentials)).length >= maxCredentials)
          throw refuse('id', `the service account has ${maxCredentials} credentials already. Remove one first.`)
        return addCredential(transaction, dependencies, { origin, row, input })
      }),
    removeCredential: (origin, id, credentialId) =>
      database.transaction(async (transaction) => {
        const row = await hold(transaction, origin, id)
        const credential = await credentials.remove(transaction, { id: credentialId, serviceAccountId: id })
        if (credential === undefined) throw new AppError('not_found', { field: 'credentialId' })
        const { kind, prefix } = credential
        await note(transaction, dependencies, origin, {
          ...subjectOf(row),
          action: 'service_account.credential_revoke',
          changes: { kind: { before: kind }, prefix: { before: prefix } },
        })
      }),
  }
}

/** The account, held until the commit; nobody touches one that may do more than they may. */
async function hold(transaction: Transaction, origin: ChangeOrigin, id: string): Promise<store.ServiceAccountRow> {
  requirePermission(origin.actor, 'service_accounts.write')
  const row = await store.findHeld(transaction, id)
  if (row === undefined) throw new AppError('not_found', { field: 'id' })
  requireRoleWithin(origin.actor, row)
  return row
}

async function create(
  transaction: Transaction,
  dependencies: ServiceAccountDependencies,
  origin: ChangeOrigin,
  input: ServiceAccountInput,
): Promise<MadeServiceAccount> {
  requirePermission(origin.actor, 'service_accounts.write')
  const holder = await chosenRole(transaction, input)
  if (holder === undefined) throw refuse('role', 'is required.')
  requireRoleWithin(origin.actor, holder)
  const now = dependencies.clock.now()
  const row = { id: newId(now.getTime()), name: accountName(input.name), ...holder, created: now, disabled: null }
  await unlessTaken(() => store.insert(transaction, row))
  const changes = accountChanges(undefined, row)
  await note(transaction, dependencies, origin, { ...subjectOf(row), action: 'service_account.create', changes })
  if (input.credential === undefined) return { account: { ...row, credentials: [] } }
  const made = await addCredential(transaction, dependencies, { origin, row, input: input.credential })
  return { account: { ...row, credentials: [made.credential] }, secret: made.secret }
}

interface Change {
  readonly origin: ChangeOrigin
  readonly id: string
  readonly input: RoleChoice & { readonly name?: string | undefined }
}

async function change(
  transaction: Transaction,
  dependencies: ServiceAccountDependencies,
  { origin, id, input }: Change,
): Promise<void> {
  const holder = await chosenRole(transaction, input)
  const before = await hold(transaction, origin, id)
  const after = { ...before, ...holder, name: input.name === undefined ? before.name : accountName(input.name) }
  requireRoleWithin(origin.actor, after)
  const changes = accountChanges(before, after)
  if (Object.keys(changes).length === 0) return
  await unlessTaken(() => store.update(transaction, after, dependencies.clock.now()))
  await note(transaction, dependencies, origin, { ...subjectOf(after), action: 'service_account.update', changes })
}

interface Disabling {
  readonly origin: ChangeOrigin
  readonly id: string
  /** True to disable. */
  readonly to: boolean
}

async function setDisabled(
  transaction: Transaction,
  dependencies: ServiceAccountDependencies,
  { origin, id, to }: Disabling,
): Promise<void> {
  const row = await hold(transaction, origin, id)
  if ((row.disabled !== null) === to) return
  const now = dependencies.clock.now()
  await store.updateDisabled(transaction, { id, disabled: to ? now : null }, now)
  // A token that was stolen does not come back to life when the account is enabled.
  if (to) await tokens.removeOfAccount(transaction, id)
  await note(transaction, dependencies, origin, {
    ...subjectOf(row),
    action: to ? 'service_account.disable' : 'service_account.enable',
    changes: { enabled: { before: to, after: !to } },
  })
}

interface Adding {
  readonly origin: ChangeOrigin
  readonly row: store.ServiceAccountRow
  readonly input: CredentialInput
}

async function addCredential(
  transaction: Transaction,
  dependencies: ServiceAccountDependencies,
  { origin, row, input }: Adding,
): Promise<MadeCredential> {
  const { kind, lifetimeDays } = input
  if (!Number.isInteger(lifetimeDays) || lifetimeDays < 1 || lifetimeDays > maxLifetimeDays)
    throw refuse('lifetimeDays', `must be 1 to ${maxLifetimeDays}.`)
  const created = dependencies.clock.now()
  const secret = newToken(kind === 'api_key' ? serviceKeyPrefix : 'lsp')
  const id = newId(created.getTime())
  const { actor } = origin
  const credential: credentials.CredentialRow = {
    ...{ id, serviceAccountId: row.id, kind, clientId: kind === 'client_secret' ? id : null },
    ...{ prefix: apiKeyPrefix(secret), lifetimeDays, created, lastUsed: null },
    ...{ createdByKind: actor.kind, createdById: actor.id, createdByName: actor.name },
    expires: new Date(created.getTime() + lifetimeDays * dayMs),
  }
  await credentials.insert(transaction, { ...credential, secretHash: hashToken(secret) })
  await note(transaction, dependencies, origin, {
    ...subjectOf(row),
    action: 'service_account.credential_create',
    changes: {
      ...{ kind: { after: kind }, prefix: { after: credential.prefix } },
      expires: { after: credential.expires.toISOString() },
    },
  })
  return { credential, secret }
}

async function note(
  transaction: Transaction,
  { journal, accessChanged }: ServiceAccountDependencies,
  origin: ChangeOrigin,
  draft: JournalDraft,
): Promise<void> {
  await journal.record(transaction, origin, [draft])
  transaction.afterCommit(accessChanged)
}

function subjectOf(row: store.ServiceAccountRow) {
  return { subjectKind: 'service_account', subjectId: row.id, subject: row.name } as const
}

function accountChanges(
  before: store.ServiceAccountRow | undefined,
  after: store.ServiceAccountRow | undefined,
): FieldChanges {
  const shown = (row: store.ServiceAccountRow | undefined) => row && { name: row.name, role: roleName(row) }
  const [left, right] = [shown(before), shown(after)]
  return Object.fromEntries(
    (['name', 'role'] as const)
      .filter((field) => left?.[field] !== right?.[field])
      .map((field) => [field, { ...(left ? { before: left[field] } : {}), ...(right ? { after: right[field] } : {}) }]),
  )
}

function accountName(text: string): string {
  const name = requireName(text)
  if (name.length > maxNameLength) throw refuse('name', `may have at most ${maxNameLength} characters.`)
  return name
}

async function unlessTaken(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error, 'service_accounts_name')) throw error
    throw new AppError('service_account_name_taken', { field: 'name', cause: error })
  }
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
