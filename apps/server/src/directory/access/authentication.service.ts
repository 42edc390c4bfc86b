// Who a request comes from, thousands of times a second. What the database said about a key or a session is kept for seconds, and
// dropped at once when access changes here or in another process; expiry and idleness are looked at in every request.
import type { Actor, Permission } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { hashToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { actorOf, type AdministratorFacts, type CustomRole, heldPermissions } from './access.rules.ts'
import * as apiKeys from './api-key.store.ts'
import { permissionsOfScopes } from './scopes.rules.ts'
import * as credentials from './service-credential.store.ts'
import * as sessions from './session.store.ts'
import { ShortLivedCache } from './short-lived-cache.ts'
import { isSessionOver, lastUseGrainMs } from './sign-in.rules.ts'

/** Who a request comes from; `csrfToken` is there when a session let them in. */
export interface Authenticated {
  readonly actor: Actor
  /** Absent for a service account. */
  readonly administrator?: AdministratorFacts
  readonly csrfToken?: string
  /** The administrator has to enrol a second factor before anything else; the actor then has no permissions. */
  readonly mustEnrol?: boolean
}

export interface AuthenticationService {
  /** Undefined for an unknown or expired key or token, or a suspended administrator. */
  byApiKey(key: string): Promise<Authenticated | undefined>
  /** Undefined for an unknown session or one that is over, or a suspended administrator. */
  bySession(token: string): Promise<Authenticated | undefined>
  /** Forgets what is kept about keys and sessions. */
  drop(): void
  /** Waits for the notes of last use that are being written. */
  close(): Promise<void>
}

export interface AuthenticationDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Whether every administrator needs a second factor. */
  readonly requiresSecondFactor: () => Promise<boolean>
}

interface KnownKey {
  readonly expires: Date | null
  readonly authenticated: Authenticated
  readonly updateLastUsed: (at: Date) => Promise<void>
  lastUsedMs: number
}

interface KnownSession {
  readonly expires: Date
  readonly authenticated: Authenticated
  lastSeenMs: number
}

const maxAgeMs = 5_000
/** No key or token is longer; whatever is need not be hashed. */
const maxCredentialLength = 4_096
/** By these beginnings the secrets of service accounts are told from keys of administrators. */
export const serviceKeyPrefix = 'lss'
export const accessTokenPrefix = 'lst'

export function createAuthenticationService(dependencies: AuthenticationDependencies): AuthenticationService {
  return new Authentication(dependencies)
}

class Authentication implements AuthenticationService {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #requiresSecondFactor: () => Promise<boolean>
  readonly #keys: ShortLivedCache<KnownKey>
  readonly #sessions: ShortLivedCache<KnownSession>
  readonly #notes = new Set<Promise<void>>()

  constructor({ database, clock, log, requiresSecondFactor }: AuthenticationDependencies) {
    this.#database = database
    this.#clock = clock
    this.#log = log
    this.#requiresSecondFactor = requiresSecondFactor
    this.#keys = new ShortLivedCache({ clock, maxAgeMs })
    this.#sessions = new ShortLivedCache({ clock, maxAgeMs })
  }

  async byApiKey(key: string): Promise<Authenticated | undefined> {
    if (key === '' || key.length > maxCredentialLength) return undefined
    const keyHash = hashToken(key)
    const known = await this.#keys.get(keyHash, () => this.#load(key, keyHash))
    const now = this.#clock.now()
    if (known === undefined || (known.expires !== null && now >= known.expires)) return undefined
    if (now.getTime() >= known.lastUsedMs + lastUseGrainMs) {
      known.lastUsedMs = now.getTime()
      this.#note(known.updateLastUsed(now))
    }
    return known.authenticated
  }

  async bySession(token: string): Promise<Authenticated | undefined> {
    if (token === '' || token.length > maxCredentialLength) return undefined
    const tokenHash = hashToken(token)
    const known = await this.#sessions.get(tokenHash, () => this.#loadSession(tokenHash))
    const now = this.#clock.now()
    if (known === undefined) return undefined
    if (isSessionOver({ expires: known.expires, lastSeen: new Date(known.lastSeenMs) }, now)) return undefined
    if (now.getTime() >= known.lastSeenMs + lastUseGrainMs) {
      known.lastSeenMs = now.getTime()
      this.#note(sessions.updateLastSeen(this.#database, tokenHash, now))
    }
    return known.authenticated
  }

  drop(): void {
    this.#keys.drop()
    this.#sessions.drop()
  }

  async close(): Promise<void> {
    await Promise.all(this.#notes)
  }

  /** A key of the environment may begin like any other. */
  async #load(key: string, hash: string): Promise<KnownKey | undefined> {
    const ofService = key.startsWith(`${serviceKeyPrefix}_`)
      ? await this.#loadServiceKey(hash)
      : key.startsWith(`${accessTokenPrefix}_`)
        ? await this.#loadToken(hash)
        : undefined
    return ofService ?? this.#loadKey(hash)
  }

  async #loadServiceKey(hash: string): Promise<KnownKey | undefined> {
    const holder = await credentials.findKeyHolder(this.#database, hash)
    return holder && this.#knownService(holder, { via: 'api_key', permissions: heldPermissions(holder) })
  }

  async #loadToken(hash: string): Promise<KnownKey | undefined> {
    const holder = await credentials.findTokenHolder(this.#database, hash)
    if (holder === undefined) return undefined
    const held = heldPermissions(holder)
    const { scopes } = holder
    const permissions = scopes === null ? held : both(held, permissionsOfScopes(scopes))
    return this.#knownService(holder, { via: 'access_token', permissions })
  }

  #knownService(
    { credentialId, expires, lastUsed, serviceAccountId, name }: credentials.ServiceHolder,
    { via, permissions }: { via: NonNullable<Actor['via']>; permissions: ReadonlySet<Permission> },
  ): KnownKey {
    return {
      expires,
      lastUsedMs: lastUsed?.getTime() ?? Number.NEGATIVE_INFINITY,
      updateLastUsed: (at) => credentials.updateLastUsed(this.#database, credentialId, at),
      authenticated: { actor: { kind: 'service_account', id: serviceAccountId, name, permissions, via } },
    }
  }

  async #loadKey(keyHash: string): Promise<KnownKey | undefined> {
    const holder = await apiKeys.findHolder(this.#database, keyHash)
    if (holder === undefined) return undefined
    const administrator = factsOf(holder)
    return {
      expires: holder.expires,
      lastUsedMs: holder.lastUsed?.getTime() ?? Number.NEGATIVE_INFINITY,
      updateLastUsed: (at) => apiKeys.updateLastUsed(this.#database, holder.keyId, at),
      authenticated: { administrator, actor: actorOf(administrator, 'api_key') },
    }
  }

  async #loadSession(tokenHash: string): Promise<KnownSession | undefined> {
    const session = await sessions.find(this.#database, tokenHash)
    if (session === undefined) return undefined
    const administrator = factsOf(session)
    const isRequired = session.secondFactorRequired || (await this.#requiresSecondFactor())
    const mustEnrol = isRequired && !session.secondFactorEnrolled
    const actor = actorOf(administrator, 'session')
    return {
      expires: session.expires,
      lastSeenMs: session.lastSeen.getTime(),
      authenticated: {
        administrator,
        actor: mustEnrol ? { ...actor, permissions: new Set() } : actor,
        csrfToken: session.csrfToken,
        ...(mustEnrol ? { mustEnrol } : {}),
      },
    }
  }

  /** A request never waits for these; one that is lost is written a minute later. */
  #note(writing: Promise<void>): void {
    const note = writing
      .catch((error: unknown) => this.#log.debug({ err: error }, 'a last use was not noted'))
      .finally(() => this.#notes.delete(note))
    this.#notes.add(note)
  }
}

function factsOf(row: {
  readonly administratorId: string
  readonly email: string
  readonly name: string
  readonly role: AdministratorFacts['role']
  readonly customRole: CustomRole | null
}): AdministratorFacts {
  const { administratorId: id, email, name, role, customRole } = row
  return { id, email, name, role, customRole }
}

function both(left: ReadonlySet<Permission>, right: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return new Set([...left].filter((permission) => right.has(permission)))
}
