// What the hub keeps of a password that a domain found right, where the table of docs/sign-in.md says that it does: a hash, at the first
// sign-in and, in case the password was changed in the domain meanwhile, at most once a day after that. It serves nobody while the user is
// delegated; it is there when the user is not any more.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { systemActor } from '../../directory/access/access.rules.ts'
import { withinCapacity } from '../../directory/access/hashing-capacity.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { keptPasswords } from '../../directory/users/password-import.service.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import * as store from './kept-password.store.ts'

export interface KeptPassword {
  readonly userId: string
  readonly password: string
  /** The domain that found it right. */
  readonly domainId: string
}

export interface KeptPasswords {
  /** Keeps a hash of the password unless that is known to be done; a hub that is busy leaves it to the next sign-in. */
  keep(kept: KeptPassword): Promise<void>
}

export interface KeptPasswordOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  readonly hasher: Pick<PasswordHasher, 'hashPassword' | 'verifyPassword'>
}

const knownMs = 24 * 60 * 60 * 1000

export function createKeptPasswords({ database, clock, journal, hasher }: KeptPasswordOptions): KeptPasswords {
  const keepNow = async ({ userId, password, domainId }: KeptPassword): Promise<void> => {
    const now = clock.now()
    const known = await store.find(database, userId)
    const hash = await keptPasswords.findHash(database, userId)
    if (hash !== undefined && known !== undefined && now.getTime() - known.getTime() < knownMs) return
    const isSame = hash !== undefined && (await withinCapacity(() => hasher.verifyPassword(hash, password)))
    const next = isSame ? undefined : await withinCapacity(() => hasher.hashPassword(password))
    await database.transaction(async (transaction) => {
      if (next !== undefined) await write(transaction, { userId, domainId, hash: next }, now)
      await store.note(transaction, userId, now)
    })
  }

  const write = async (
    transaction: Transaction,
    { userId, domainId, hash }: Omit<KeptPassword, 'password'> & { readonly hash: string },
    now: Date,
  ): Promise<void> => {
    const [user] = await findUsersById(transaction, [userId])
    if (user === undefined) return
    const revision = await keptPasswords.save(transaction, { userId, hash, changed: now })
    await store.noteHeld(transaction, { userId, domainId, revision })
    const cause = { kind: 'request', text: 'The domain found it right at a sign-in' } as const
    await journal.record(transaction, { actor: systemActor('hub'), cause }, [
      { action: 'user.password_kept', subjectKind: 'user', subjectId: userId, subject: user.username },
    ])
  }

  return {
    async keep(kept) {
      try {
        await keepNow(kept)
      } catch (error) {
        // The sign-in is right all the same.
        if (!(error instanceof AppError) || error.code !== 'overloaded') throw error
      }
    },
  }
}
