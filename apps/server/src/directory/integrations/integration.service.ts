// Clients that provision users and groups: their settings, their tokens, and which of them a request comes from.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { IntegrationCreate, IntegrationTokenCreate, IntegrationUpdate } from '@lockstep/contract/hub/integration'
import { assert } from '@lockstep/kernel/assert'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { hashToken, newToken, visiblePart } from '../../platform/crypto/tokens.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import { requireName, requirePermission } from '../access/access.rules.ts'
import { ShortLivedCache } from '../access/short-lived-cache.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import {
  changeIntegration,
  creationChanges,
  defaultSettings,
  type Integration,
  integrationDraft,
  integrationPermissions,
  type Token,
} from './integration.rules.ts'
import { unlockableField } from './field-lock.rules.ts'
import * as store from './integration.store.ts'

export interface IntegrationWithTokens extends Integration {
  readonly tokens: readonly Token[]
}

/** Refusals are AppErrors. */
export interface IntegrationService {
  list(actor: Actor): Promise<readonly IntegrationWithTokens[]>
  get(actor: Actor, id: string): Promise<IntegrationWithTokens>
  create(origin: ChangeOrigin, input: IntegrationCreate): Promise<IntegrationWithTokens>
  change(origin: ChangeOrigin, id: string, input: IntegrationUpdate): Promise<IntegrationWithTokens>
  /** What the integration made stays; its tokens are refused from then on. */
  remove(origin: ChangeOrigin, id: string): Promise<void>
  /** A further token; the secret is in this answer and nowhere else. */
  addToken(
    origin: ChangeOrigin,
    id: string,
    input: IntegrationTokenCreate,
  ): Promise<{ readonly token: Token; readonly secret: string }>
  removeToken(origin: ChangeOrigin, id: string, tokenId: string): Promise<void>
  /** Who a token belongs to; undefined for an unknown or expired one, or a disabled integration. */
  authenticate(secret: string): Promise<Actor | undefined>
  /** Whose log is to say that somebody with this credential was turned away, and why; the built-in integration stands for those unknown. */
  explainRefusal(secret: string): Promise<RefusedCredential>
  /** Forgets tokens that were revoked more than 30 days ago. */
  removeRevoked(): Promise<void>
  /** The integration on whose behalf somebody acts: the token's, or the built-in one. Refuses when it is disabled. */
  ofActor(actor: Actor): Promise<Integration>
  /** An integration by its id, as it was a few seconds ago at most. */
  find(id: string): Promise<Integration | undefined>
  /** The ids of all. */
  ids(): Promise<readonly string[]>
  /** Who acts for an integration when nobody brings a token. */
  actorOf(id: string): Promise<Actor | undefined>
  /** Read-only fields that are still to be written to the users of integrations. */
  fieldLocks(): Promise<readonly store.FieldLock[]>
  endFieldLock(lock: store.FieldLock): Promise<void>
  /** Forgets what is kept about tokens and settings; called when another process changed them. */
  forget(): void
}

/** A credential that was not taken. */
export interface RefusedCredential {
  readonly integrationId: string
  /** The visible part of a token that was known; empty for what never was one. */
  readonly prefix: string
  readonly words: string
}

export interface IntegrationServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Tells the other processes to forget. */
  readonly changed: () => void
}

const listLimit = 1_000
const maxAgeMs = 5_000
const useGrainMs = 60_000
const dayMs = 86_400_000
/** As long as the log of requests. */
const revokedKeptMs = 30 * dayMs
const maxTokenLength = 256
/** By this beginning tokens are told from other credentials. */
const integrationTokenPrefix = 'lsi'

export function createIntegrationService(options: IntegrationServiceOptions): IntegrationService {
  const { database, clock, journal, changed } = options
  const known = createKnown(options)
  const write = async <T>(work: (transaction: Queryable) => Promise<T>): Promise<T> => {
    try {
      const answer = await database.transaction(work)
      known.forget()
      changed()
      return answer
    } catch (error) {
      throw isUniqueViolation(error, 'integrations_name')
        ? new AppError('integration_name_taken', { field: 'name' })
        : error
    }
  }
  const held = async (transaction: Queryable, id: string): Promise<Integration> => {
    const integration = await store.lock(transaction, parseId(id) ?? '')
    if (integration === undefined) throw new AppError('not_found', { field: 'id' })
    return integration
  }
  const { shown } = withTheirTokens(database)
  return {
    ...known,
    ...reading(database),
    ...tokenChanges(options, { write, held }),
    async create(origin, { name, ...input }) {
      requirePermission(origin.actor, 'integrations.write')
      const now = clock.now()
      const facts = { id: newId(now.getTime()), name: requireName(name), builtIn: false, created: now, updated: now }
      const integration: Integration = { ...facts, ...defaultSettings, ...input }
      await write(async (transaction) => {
        requireLockable(integration.readOnlyFields)
        await store.insert(transaction, integration)
        const draft = integrationDraft('integration.create', integration, creationChanges(integration))
        await journal.record(transaction, origin, [draft])
      })
      return shown(integration)
    },
    async change(origin, id, input) {
      requirePermission(origin.actor, 'integrations.write')
      const name = input.name === undefined ? {} : { name: requireName(input.name) }
      const next = await write(async (transaction) => {
        const decided = changeIntegration(await held(transaction, id), { ...input, ...name }, clock.now())
        if (Object.keys(decided.changes).length === 0) return decided.integration
        requireLockable(decided.integration.readOnlyFields)
        await store.update(transaction, decided.integration)
        if (decided.changes['readOnlyFields'] !== undefined) {
          const { readOnlyFields: fields } = decided.integration
          await store.noteFieldLock(transaction, { integrationId: decided.integration.id, fields, now: clock.now() })
        }
        const draft = integrationDraft('integration.update', decided.integration, decided.changes)
        await journal.record(transaction, origin, [draft])
        return decided.integration
      })
      return shown(next)
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'integrations.write')
      await write(async (transaction) => {
        const integration = await held(transaction, id)
        if (integration.builtIn) throw new AppError('integration_built_in', { field: 'id' })
        await store.remove(transaction, integration.id)
        // What it kept read-only is anybody's again.
        await store.noteFieldLock(transaction, { integrationId: integration.id, fields: [], now: clock.now() })
        const changes = { name: { before: integration.name } }
        await journal.record(transaction, origin, [integrationDraft('integration.delete', integration, changes)])
      })
    },
  }
}

function requireLockable(fields: readonly string[]): void {
  const unlockable = unlockableField(fields)
  if (unlockable !== undefined)
    throw new AppError('invalid_request', {
      field: 'readOnlyFields',
      detail: `readOnlyFields: "${unlockable}" cannot be read-only.`,
    })
}

/** Integrations with their tokens. */
function withTheirTokens(database: Database) {
  const withTokens = async (integrations: readonly Integration[]): Promise<readonly IntegrationWithTokens[]> => {
    const ids = integrations.map(({ id }) => id)
    const tokens = await store.listTokens(database, ids, listLimit)
    return integrations.map((one) => ({
      ...one,
      tokens: tokens.filter(({ integrationId }) => integrationId === one.id),
    }))
  }
  const shown = async (integration: Integration): Promise<IntegrationWithTokens> => {
    const [one] = await withTokens([integration])
    assert(one !== undefined, 'one integration in, one out')
    return one
  }
  return { withTokens, shown }
}

function reading(database: Database): Pick<IntegrationService, 'list' | 'get' | 'ids' | 'fieldLocks' | 'endFieldLock'> {
  const { withTokens, shown } = withTheirTokens(database)
  return {
    async list(actor) {
      requirePermission(actor, 'integrations.read')
      return withTokens(await store.list(database, listLimit))
    },
    async get(actor, id) {
      requirePermission(actor, 'integrations.read')
      const integration = await store.find(database, parseId(id) ?? '')
      if (integration === undefined) throw new AppError('not_found', { field: 'id' })
      return shown(integration)
    },
    ids: async () => (await store.list(database, listLimit)).map(({ id }) => id),
    fieldLocks: () => store.listFieldLocks(database, listLimit),
    endFieldLock: (lock) => store.endFieldLock(database, lock),
  }
}

interface Writing {
  readonly write: <T>(work: (transaction: Queryable) => Promise<T>) => Promise<T>
  readonly held: (transaction: Queryable, id: string) => Promise<Integration>
}

function tokenChanges(
  { clock, journal }: IntegrationServiceOptions,
  { write, held }: Writing,
): Pick<IntegrationService, 'addToken' | 'removeToken'> {
  return {
    async addToken(origin, id, { lifetimeDays }) {
      requirePermission(origin.actor, 'integrations.write')
      const secret = newToken(integrationTokenPrefix)
      const created = clock.now()
      const expires = lifetimeDays === undefined ? null : new Date(created.getTime() + lifetimeDays * dayMs)
      return write(async (transaction) => {
        const integration = await held(transaction, id)
        if (integration.builtIn) throw new AppError('integration_built_in', { field: 'id' })
        const token = {
          ...{ id: newId(created.getTime()), integrationId: integration.id, prefix: visiblePart(secret), created },
          ...{ expires, lastUsed: null },
        }
        await store.insertToken(transaction, { ...token, tokenHash: hashToken(secret) })
        const changes = {
          token: { after: token.prefix },
          ...(expires === null ? {} : { expires: { after: expires.toISOString() } }),
        }
        await journal.record(transaction, origin, [integrationDraft('integration.token_add', integration, changes)])
        return { token, secret }
      })
    },
    async removeToken(origin, id, tokenId) {
      requirePermission(origin.actor, 'integrations.write')
      await write(async (transaction) => {
        const integration = await held(transaction, id)
        const key = { id: parseId(tokenId) ?? '', integrationId: integration.id, at: clock.now() }
        const token = await store.revokeToken(transaction, key)
        if (token === undefined) throw new AppError('not_found', { field: 'tokenId' })
        const changes = { token: { before: token.prefix } }
        await journal.record(transaction, origin, [integrationDraft('integration.token_remove', integration, changes)])
      })
    },
  }
}

function actorOf({ id, name }: Integration): Actor {
  return { kind: 'integration', id, name, permissions: integrationPermissions }
}

/** Why a token is not taken; undefined when it is. */
function refusalOf({ token, revoked, integration }: store.Holder, now: Date): string | undefined {
  if (revoked !== null) return `was revoked at ${minuteOf(revoked)}`
  if (token.expires !== null && now >= token.expires) return `expired at ${minuteOf(token.expires)}`
  return integration.enabled ? undefined : 'belongs to an integration that is switched off'
}

/** `2026-11-22 08:15 UTC`. */
function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** What requests ask thousands of times a second is kept for seconds, and dropped at once when it changes. */
function createKnown({
  database,
  clock,
}: IntegrationServiceOptions): Pick<
  IntegrationService,
  'authenticate' | 'explainRefusal' | 'removeRevoked' | 'ofActor' | 'find' | 'actorOf' | 'forget'
> {
  const holders = new ShortLivedCache<store.Holder & { actor: Actor; usedMs: number }>({ clock, maxAgeMs })
  const settings = new ShortLivedCache<Integration>({ clock, maxAgeMs })
  const find = (id: string): Promise<Integration | undefined> => settings.get(id, () => store.find(database, id))
  const holderOf = async (secret: string) => {
    if (secret === '' || secret.length > maxTokenLength) return undefined
    const hash = hashToken(secret)
    return holders.get(hash, async () => {
      const found = await store.findHolder(database, hash)
      if (found === undefined) return undefined
      const actor: Actor = { ...actorOf(found.integration), via: 'access_token' }
      return { ...found, actor, usedMs: found.token.lastUsed?.getTime() ?? Number.NEGATIVE_INFINITY }
    })
  }
  return {
    find,
    async actorOf(id) {
      const found = await find(id)
      return found === undefined ? undefined : actorOf(found)
    },
    async authenticate(secret) {
      const holder = await holderOf(secret)
      const now = clock.now()
      if (holder === undefined || refusalOf(holder, now) !== undefined) return undefined
      if (now.getTime() >= holder.usedMs + useGrainMs) {
        holder.usedMs = now.getTime()
        await store.noteUse(database, holder.token.id, now)
      }
      return holder.actor
    },
    async explainRefusal(secret) {
      const holder = await holderOf(secret)
      const reason = holder === undefined ? undefined : refusalOf(holder, clock.now())
      if (holder !== undefined) {
        const { prefix } = holder.token
        const words =
          reason === undefined
            ? `The token ${prefix}… was not valid when the request came and is now: let the client try again.`
            : `The token ${prefix}… ${reason}: give the client one that is valid.`
        return { integrationId: holder.integration.id, prefix, words }
      }
      const builtIn = await settings.get('', () => store.findBuiltIn(database))
      const words =
        secret === ''
          ? 'The request brought no credential: the client has to send a token as Authorization: Bearer.'
          : 'The credential is not known here: it is no token of an integration, was revoked long ago, or is no key of an administrator.'
      return { integrationId: builtIn?.id ?? '', prefix: '', words }
    },
    removeRevoked: () => store.removeRevokedTokens(database, new Date(clock.now().getTime() - revokedKeptMs)),
    async ofActor(actor) {
      const key = actor.kind === 'integration' ? actor.id : ''
      const found = await settings.get(key, () =>
        key === '' ? store.findBuiltIn(database) : store.find(database, key),
      )
      if (found?.enabled !== true) throw new AppError('integration_refuses', { detail: 'The integration is disabled.' })
      return found
    },
    forget() {
      holders.drop()
      settings.drop()
    },
  }
}
