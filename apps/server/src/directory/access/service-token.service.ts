// Bearer tokens for service accounts (RFC 6749, section 4.4): short-lived, stored as a hash, narrowed by scopes where the client asks
// for fewer than the account has, and ended by themselves, by the client, or with the secret they were given for.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { heldPermissions } from './access.rules.ts'
import * as tokens from './access-token.store.ts'
import { accessTokenPrefix } from './authentication.service.ts'
import { countAttempt } from './count-attempt.ts'
import type { SignInSource } from './open-session.ts'
import { isScope, permissionsOfScopes } from './scopes.rules.ts'
import * as credentials from './service-credential.store.ts'
import * as failures from './sign-in-failure.store.ts'
import { sourceLimit, sourceOf } from './sign-in.rules.ts'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

export interface IssuedToken {
  readonly token: string
  readonly expiresInSeconds: number
  /** What it was narrowed to; null: everything that the account may do. */
  readonly scopes: readonly string[] | null
}

export interface ServiceTokenService {
  /** `scopes` none: everything. Refuses with `unauthenticated`, `throttled`, or `invalid_request` for a scope beyond the account's. */
  issue(client: ClientCredentials, scopes: readonly string[], source: SignInSource): Promise<IssuedToken>
  /** Ends a token of the client; one that is over, or was never given, is ended already. */
  revoke(client: ClientCredentials, token: string, source: SignInSource): Promise<void>
}

export interface ServiceTokenDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

const lifetimeSeconds = 3_600
/** Live tokens of a client; the oldest give way. */
const maxTokens = 100
/** JumpCloud's word for everything. */
const everything = 'api'

export function createServiceTokenService(dependencies: ServiceTokenDependencies): ServiceTokenService {
  const { database, clock, journal, accessChanged } = dependencies
  return {
    async issue(client, asked, source) {
      const holder = await authenticate(dependencies, client, source)
      const scopes = narrowed(asked, holder)
      const created = clock.now()
      const token = newToken(accessTokenPrefix)
      await database.transaction(async (transaction) => {
        const { credentialId } = holder
        await tokens.insert(transaction, {
          ...{ tokenHash: hashToken(token), credentialId, scopes, created },
          expires: new Date(created.getTime() + lifetimeSeconds * 1000),
        })
        await tokens.removeOldest(transaction, credentialId, maxTokens)
        await credentials.updateLastUsed(transaction, credentialId, created)
        await journal.record(transaction, originOf(holder, source), [
          {
            action: 'service_account.sign_in',
            subjectKind: 'service_account',
            subjectId: holder.serviceAccountId,
            subject: holder.name,
            changes: { sourceIp: { after: source.ip }, ...(scopes ? { scopes: { after: scopes.join(' ') } } : {}) },
          },
        ])
      })
      return { token, expiresInSeconds: lifetimeSeconds, scopes }
    },

    async revoke(client, token, source) {
      const { credentialId } = await authenticate(dependencies, client, source)
      if ((await tokens.remove(database, { tokenHash: hashToken(token), credentialId })) > 0) accessChanged()
    },
  }
}

/** The account of a client. Guessing is slowed down by source: a secret of 256 bits needs no more, and no client locks another one out. */
async function authenticate(
  { database, clock }: ServiceTokenDependencies,
  { clientId, clientSecret }: ClientCredentials,
  source: SignInSource,
): Promise<credentials.ServiceHolder> {
  const target = `client-source:${sourceOf(source.ip)}`
  await countAttempt({ database, clock }, [{ target, rule: sourceLimit }])
  const holder = await credentials.findClient(database, { clientId, secretHash: hashToken(clientSecret) })
  if (holder === undefined || clock.now() >= holder.expires)
    throw new AppError('unauthenticated', { detail: 'The client is unknown, or its secret is wrong or expired.' })
  await failures.takeBack(database, target)
  return holder
}

/** Null for everything; a scope that the account does not have is refused. */
function narrowed(asked: readonly string[], holder: credentials.ServiceHolder): readonly string[] | null {
  if (asked.length === 0 || asked.includes(everything)) return null
  const held = heldPermissions(holder)
  for (const scope of asked) {
    const isWithin = isScope(scope) && [...permissionsOfScopes([scope])].every((permission) => held.has(permission))
    if (!isWithin)
      throw new AppError('invalid_request', {
        field: 'scope',
        detail: `scope: "${scope.slice(0, 100)}" is unknown, or more than the role of the service account allows.`,
      })
  }
  return [...new Set(asked)]
}

function originOf(holder: credentials.ServiceHolder, source: SignInSource): ChangeOrigin {
  const { serviceAccountId: id, name } = holder
  return {
    actor: { kind: 'service_account', id, name, permissions: heldPermissions(holder) },
    cause: { kind: 'request' },
    correlationId: source.requestId,
  }
}
