import { isEmail, systemActor } from '../../directory/access/access.rules.ts'
import type { FieldChanges, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { browserOf } from '../../directory/user-sessions/user-session.rules.ts'
import type { UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { Database } from '../../platform/db/database.ts'
import { type NamedUser, userActor } from './user-origin.ts'

interface FailedSignIn {
  /** Who is meant; undefined when the name is nobody's. */
  readonly user: User | undefined
  readonly name: string
  readonly source: UserSignInSource
  readonly reason: string
  readonly lockedUntil?: Date | null
  readonly action?: string
}

/** What the journal says of a sign-in that did not succeed. */
export async function recordFailedSignIn(
  { database, journal }: { readonly database: Database; readonly journal: Pick<JournalService, 'record'> },
  { user, name, source, reason, lockedUntil = null, action = 'user.sign_in_failed' }: FailedSignIn,
): Promise<void> {
  const actor = user === undefined ? systemActor('sign-in') : userActor(user)
  await journal.record(database, { actor, cause: { kind: 'request' }, correlationId: source.requestId }, [
    {
      action,
      subjectKind: 'user',
      subjectId: user?.id ?? 'unknown',
      // What is nobody's name may be a password in the wrong field.
      subject: user?.username ?? (isEmail(name) ? name : 'nobody’s name'),
      changes: {
        ...placeOf(source),
        reason: { after: reason },
        ...(lockedUntil === null ? {} : { lockedUntil: { after: lockedUntil.toISOString() } }),
      },
    },
  ])
}

/** Where a request comes from, as the journal keeps it. */
export function placeOf({ ip, userAgent }: UserSignInSource): FieldChanges {
  const browser = browserOf(userAgent)
  return { sourceIp: { after: ip }, ...(browser === '' ? {} : { browser: { after: browser } }) }
}

/** A row about a user. */
export function about(action: string, user: NamedUser, changes?: FieldChanges): JournalDraft {
  return { action, subjectKind: 'user', subjectId: user.id, subject: user.username, ...(changes ? { changes } : {}) }
}
