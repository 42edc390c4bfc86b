import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { ApiKey, ApiKeyCreate, ApiKeyCreated } from '@lockstep/contract/hub/session'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { requireName, requirePermission } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import { apiKeyCreated, apiKeyExpiry, apiKeyPrefix, apiKeyRevoked } from './api-key.rules.ts'
import * as store from './api-key.store.ts'

export interface ApiKeyService {
  /** The actor's own keys; with `administrators.read` everybody's. */
  list(actor: Actor): Promise<readonly ApiKey[]>
  /** A key that acts as its maker; the secret is in this answer and nowhere else. */
  create(origin: ChangeOrigin, input: ApiKeyCreate): Promise<ApiKeyCreated>
  /** As `create`, under a name of its own: the key that was generated before stops working. */
  generate(origin: ChangeOrigin): Promise<ApiKeyCreated>
  /** The actor's own key, or with `administrators.write` anybody's; it is refused from now on. */
  revoke(origin: ChangeOrigin, id: string): Promise<void>
}

export interface ApiKeyDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const listLimit = 1_000
const generatedName = 'Generated'

export function createApiKeyService(dependencies: ApiKeyDependencies): ApiKeyService {
  const { database, journal, accessChanged } = dependencies
  return {
    async list(actor) {
      const own = actor.permissions.has('administrators.read') ? {} : { administratorId: actor.id }
      return (await store.list(database, { ...own, limit: listLimit })).map(toApiKey)
    },

    create: (origin, input) =>
      create(dependencies, origin, { name: requireName(input.name), days: input.expiresInDays, replacesSame: false }),
    generate: (origin) => create(dependencies, origin, { name: generatedName, days: undefined, replacesSame: true }),

    revoke: (origin, id) =>
      database.transaction(async (transaction) => {
        const { actor } = origin
        const key = await store.findHeld(transaction, id)
        const isOwn = key?.administratorId === actor.id
        // Whoever may not see a key does not learn that it exists.
        if (key === undefined || !(isOwn || actor.permissions.has('administrators.read')))
          throw new AppError('not_found')
        if (!isOwn) requirePermission(actor, 'administrators.write')
        await store.remove(transaction, id)
        await journal.record(transaction, origin, [apiKeyRevoked({ ...key, administrator: key.administratorEmail })])
        transaction.afterCommit(accessChanged)
      }),
  }
}

interface Wanted {
  readonly name: string
  readonly days: number | undefined
  /** The administrator's keys of the same name end. */
  readonly replacesSame: boolean
}

async function create(
  { database, clock, journal, accessChanged }: ApiKeyDependencies,
  origin: ChangeOrigin,
  { name, days, replacesSame }: Wanted,
): Promise<ApiKeyCreated> {
  // The keys of service accounts are made by administrators.
  if (origin.actor.kind !== 'administrator') throw new AppError('session_needed')
  const now = clock.now()
  const secret = newToken('lsk')
  const key = {
    id: newId(now.getTime()),
    name,
    prefix: apiKeyPrefix(secret),
    created: now,
    expires: apiKeyExpiry(now, days),
  }
  const owner = await database.transaction(async (transaction) => {
    const found = await administrators.findHeld(transaction, origin.actor.id)
    // Removed or suspended since the request was let in.
    if (found === undefined || found.suspended) throw new AppError('unauthenticated')
    if (!found.apiKeysAllowed)
      throw new AppError('forbidden', { detail: 'You may have no API keys. Ask an administrator to allow it.' })
    const ended = replacesSame ? await store.removeNamed(transaction, found.id, name) : []
    await store.insert(transaction, { ...key, administratorId: found.id, keyHash: hashToken(secret) })
    await journal.record(transaction, origin, [
      ...ended.map((old) => apiKeyRevoked({ ...old, administrator: found.email })),
      apiKeyCreated({ ...key, administrator: found.email }),
    ])
    if (ended.length > 0) transaction.afterCommit(accessChanged)
    return found
  })
  const row = { ...key, administratorId: owner.id, administratorName: owner.name, lastUsed: null }
  return { apiKey: toApiKey(row), secret }
}

function toApiKey(row: Omit<store.ApiKeyRow, 'administratorEmail'>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    created: row.created.toISOString(),
    ...(row.expires === null ? {} : { expires: row.expires.toISOString() }),
    ...(row.lastUsed === null ? {} : { lastUsed: row.lastUsed.toISOString() }),
    administratorId: row.administratorId,
    administratorName: row.administratorName,
  }
}
