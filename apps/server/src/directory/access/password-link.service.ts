import { AppError } from '@lockstep/contract/app-error'
import type { PasswordChoice, PasswordLink } from '@lockstep/contract/hub/second-factor'
import type { Clock } from '@lockstep/kernel/clock'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { actorOf, requirePassword, requirePermission, requireRoleWithin } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import { withinCapacity } from './hashing-capacity.ts'
import type { SignInSource } from './open-session.ts'
import * as store from './password-link.store.ts'
import * as sessions from './session.store.ts'
import { setUpLinkLifetimeMs } from './sign-in.rules.ts'

/** Links with which an administrator chooses a password: the first one, or another one for one that was forgotten. */
export interface PasswordLinkService {
  /** The token is in this answer and nowhere else; links from before stop working. */
  make(origin: ChangeOrigin, administratorId: string): Promise<PasswordLink>
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
      const token = newToken('password')
      const created = clock.now()
      const expires = new Date(created.getTime() + setUpLinkLifetimeMs)
      await database.transaction(async (transaction) => {
        const row = await administrators.findHeld(transaction, administratorId)
        if (row === undefined) throw new AppError('not_found', { field: 'id' })
        requireRoleWithin(origin.actor, row)
        await store.replace(transaction, { administratorId, tokenHash: hashToken(token), created, expires })
        await journal.record(transaction, origin, [drafted('administrator.password_link', row)])
      })
      return { token, expires: expires.toISOString() }
    },

    async choose(input, source) {
      requirePassword(input.password)
      const tokenHash = hashToken(input.token)
      // Before the password is hashed, so that strangers cannot make the hub work.
      const id = await store.find(database, tokenHash, clock.now())
      if (id === undefined) throw new AppError('password_link_invalid')
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

function drafted(action: string, row: administrators.AdministratorRow) {
  return { action, subjectKind: 'administrator', subjectId: row.id, subject: row.email } as const
}
