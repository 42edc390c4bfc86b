import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { AdministratorFacts } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import * as sessions from './session.store.ts'
import { sessionLifetimeMs } from './sign-in.rules.ts'

/** A session that has just begun; its token is nowhere else. */
export interface OpenedSession {
  readonly token: string
  readonly csrfToken: string
  readonly lifetimeMs: number
  readonly administrator: AdministratorFacts
  /** Nothing but enrolling a second factor is allowed before that is done. */
  readonly mustEnrol: boolean
}

/** Where a sign-in comes from. */
export interface SignInSource {
  readonly ip: string
  readonly requestId: string
  /** The session that the browser had until now; the new one replaces it. */
  readonly replacedToken?: string | undefined
}

interface Opening {
  readonly administrator: AdministratorFacts
  readonly source: SignInSource
  readonly now: Date
  readonly mustEnrol?: boolean
}

/** Begins a session within the transaction that let the administrator in. */
export async function openSession(
  db: Queryable,
  { administrator, source, now, mustEnrol = false }: Opening,
): Promise<OpenedSession> {
  const token = newToken('session')
  const csrfToken = newToken('csrf')
  if (source.replacedToken !== undefined) await sessions.remove(db, hashToken(source.replacedToken))
  await sessions.insert(db, {
    tokenHash: hashToken(token),
    csrfToken,
    administratorId: administrator.id,
    created: now,
    expires: new Date(now.getTime() + sessionLifetimeMs),
    sourceIp: source.ip,
  })
  await administrators.updateLastSignIn(db, administrator.id, now)
  const { id, email, name, role, customRole = null } = administrator
  return {
    token,
    csrfToken,
    lifetimeMs: sessionLifetimeMs,
    administrator: { id, email, name, role, customRole },
    mustEnrol,
  }
}
