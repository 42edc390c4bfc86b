import { AppError } from '@lockstep/contract/app-error'
import type { PasswordChoice, PasswordLink, PasswordLinkFacts } from '@lockstep/contract/hub/second-factor'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { actorOf, requirePassword, requirePermission, requireRoleWithin, systemActor } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import { countAttempt } from './count-attempt.ts'
import { withinCapacity } from './hashing-capacity.ts'
import type { SignInSource } from './open-session.ts'
import * as store from './password-link.store.ts'
import * as sessions from './session.store.ts'
import { addressLimit, setUpLinkLifetimeMs, sourceLimit, sourceOf } from './sign-in.rules.ts'

/** Links with which an administrator chooses a password: the first one, or another one for one that was forgotten. */
export interface PasswordLinkService {
  /** The token is in this answer and nowhere else; links from before stop working. */
  make(origin: ChangeOrigin, administratorId: string): Promise<PasswordLink>
  /**
   * The same within a transaction, for a mail: whoever asked for it needed no permission, or had it looked at. Undefined for an
   * administrator who is gone or suspended.
   */
  issue(db: Queryable, origin: ChangeOrigin, administratorId: string): Promise<PasswordLink | undefined>
  /**
   * Notes in the journal that an administrator who forgot their password asks for a link. Answers the same for an address that nobody
   * has; refuses with `throttled`.
   */
  request(email: string, source: SignInSource): Promise<void>
  /** Whose password the link sets, without using it up. Refuses with `password_link_invalid`. */
  read(token: string): Promise<PasswordLinkFacts>
  /** Sets the password and ends all sessions; a second factor stays. Refuses with `password_link_invalid`. */
  choose(input: PasswordChoice, source: SignInSource): Promise<void>
}

export interface PasswordLinkDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

export function createPasswordLinkService(dependencies: PasswordLinkDependencies): PasswordLinkService {
  const { database, clock, hasher, journal, accessChanged } = dependencies
  return {
    async make(origin, administratorId) {
      requirePermission(origin.actor, 'administrators.write')
      return database.transaction(async (transaction) => {
        const row = await administrators.findHeld(transaction, administratorId)
        if (row === undefined) throw new AppError('not_found', { field: 'id' })
        requireRoleWithin(origin.actor, row)
        return keepLink(transaction, dependencies, { origin, row })
      })
    },

    async issue(db, origin, administratorId) {
      const row = await administrators.findHeld(db, administratorId)
      return row === undefined || row.suspended ? undefined : keepLink(db, dependencies, { origin, row })
    },

    async request(email, source) {
      const address = email.trim()
      await countAttempt(dependencies, [
        { target: `reset-source:${sourceOf(source.ip)}`, rule: sourceLimit },
        // Digests: people type their password into the wrong field.
        { target: `reset-address:${sha256(address.toLowerCase()).toString('hex')}`, rule: addressLimit },
      ])
      const row = await administrators.findForSignIn(database, address)
      if (row === undefined || row.suspended) return
      const origin: ChangeOrigin = {
        actor: { ...systemActor('sign-in'), permissions: new Set() },
        cause: { kind: 'request', text: 'A password was forgotten' },
        correlationId: source.requestId,
      }
      await journal.record(database, origin, [drafted('administrator.password_reset_request', row)])
    },

    async read(token) {
      const { administratorId, expires } = await requireOpen(dependencies, hashToken(token))
      const row = await administrators.find(database, administratorId)
      if (row === undefined || row.suspended) throw new AppError('password_link_invalid')
      return { email: row.email, expires: expires.toISOString() }
    },

    async choose(input, source) {
      requirePassword(input.password)
      const tokenHash = hashToken(input.token)
      // Before the password is hashed, so that strangers cannot make the hub work.
      const { administratorId: id } = await requireOpen(dependencies, tokenHash)
      const hash = await withinCapacity(() => hasher.hashPassword(input.password))
      await database.transaction(async (transaction) => {
        const at = clock.now()
        const row = await administrators.findHeld(transaction, id)
        if (row === undefined || row.suspended || (await store.use(transaction, tokenHash, at)) === 0)
          throw new AppError('password_link_invalid')
        await administrators.updatePassword(transaction, id, { hash, at })
        await sessions.removeOf(transaction, id)
        const cause = { kind: 'request', text: 'Chosen with a password link' } as const
        const origin: ChangeOrigin = { actor: actorOf(row, 'session'), cause, correlationId: source.requestId }
        await journal.record(transaction, origin, [drafted('administrator.password_set', row)])
        transaction.afterCommit(accessChanged)
      })
    },
  }
}

/** Makes the administrator's only link and journals it. */
async function keepLink(
  db: Queryable,
  { clock, journal }: Pick<PasswordLinkDependencies, 'clock' | 'journal'>,
  { origin, row }: { readonly origin: ChangeOrigin; readonly row: administrators.AdministratorRow },
): Promise<PasswordLink> {
  const token = newToken('password')
  const created = clock.now()
  const expires = new Date(created.getTime() + setUpLinkLifetimeMs)
  await store.replace(db, { administratorId: row.id, tokenHash: hashToken(token), created, expires })
  await journal.record(db, origin, [drafted('administrator.password_link', row)])
  return { token, expires: expires.toISOString() }
}

/** A link that can be used now; how one that cannot came to its end is said where it is known. */
async function requireOpen(
  { database, clock }: Pick<PasswordLinkDependencies, 'database' | 'clock'>,
  tokenHash: string,
): Promise<{ readonly administratorId: string; readonly expires: Date }> {
  const link = await store.find(database, tokenHash)
  if (link === undefined)
    throw new AppError('password_link_invalid', {
      detail: 'The link was used already, or a newer one took its place. Ask an administrator for a new one.',
    })
  if (clock.now() >= link.expires)
    throw new AppError('password_link_invalid', { detail: 'The link has expired. Ask an administrator for a new one.' })
  return link
}

function drafted(action: string, row: Pick<administrators.AdministratorRow, 'id' | 'email'>) {
  return { action, subjectKind: 'administrator', subjectId: row.id, subject: row.email } as const
}
