import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { lastUseGrainMs } from '../access/sign-in.rules.ts'
import { isUserSessionOver, secondFactorTimeMs, userSessionLifetimeMs } from './user-session.rules.ts'
import * as store from './user-session.store.ts'

/** Where a user signs in from. */
export interface UserSignInSource {
  readonly ip: string
  readonly userAgent: string
  readonly requestId: string
  /** The session that the browser had until now; the new one replaces it. */
  readonly replacedToken?: string | undefined
  /** What the browser keeps of a sign-in before. */
  readonly deviceNote?: string | undefined
}

/** A session that has just begun; its token is nowhere else. */
export interface OpenedUserSession {
  readonly id: string
  readonly token: string
  readonly csrfToken: string
  readonly lifetimeMs: number
}

/** A session that serves. */
export type UserSession = Pick<
  store.FoundUserSession,
  | 'id'
  | 'userId'
  | 'username'
  | 'csrfToken'
  | 'awaitsSecondFactor'
  | 'created'
  | 'expires'
  | 'lastSeen'
  | 'sourceIp'
  | 'userAgent'
>

/** Sessions of users. They are read from the database with every request, so that what ends them ends them at once on every hub. */
export interface UserSessionService {
  /** Begins a session within the transaction that let the user in. Refuses with `account_not_open` unless the user is activated. */
  open(db: Queryable, opening: UserSessionOpening): Promise<OpenedUserSession>
  /** Undefined for an unknown session or one that is over. */
  find(token: string): Promise<UserSession | undefined>
  /** Those that serve, newest first. */
  listOf(userId: string): Promise<readonly UserSession[]>
  /** Ends a session, or all of the user; answers how many ended. */
  end(db: Queryable, ended: { readonly userId: string; readonly id?: string }): Promise<number>
  removeOver(): Promise<void>
}

export interface UserSessionOpening {
  readonly userId: string
  readonly source: UserSignInSource
  /** How long it may lie idle. */
  readonly idleMs: number
  readonly awaitsSecondFactor: boolean
  /** When the password was looked at: one that was set since ends the session. Default: now. */
  readonly since?: Date
}

const keptOfUser = 50
const longestUserAgent = 400
const maxTokenLength = 200
const removedAtOnce = 1_000

export function createUserSessionService({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): UserSessionService {
  return {
    async open(db, { userId, source, idleMs, awaitsSecondFactor, since }) {
      const now = clock.now()
      const token = newToken('user')
      const csrfToken = newToken('csrf')
      const lifetimeMs = awaitsSecondFactor ? secondFactorTimeMs : userSessionLifetimeMs(idleMs)
      const id = newId(now.getTime())
      if (source.replacedToken !== undefined) await store.removeByToken(db, hashToken(source.replacedToken))
      const session = {
        ...{ id, userId, csrfToken, awaitsSecondFactor, tokenHash: hashToken(token) },
        ...{ created: since ?? now, lastSeen: now, expires: new Date(now.getTime() + lifetimeMs) },
        idleSeconds: Math.ceil(idleMs / 1000),
        sourceIp: source.ip,
        // A header may hold what PostgreSQL's text does not.
        userAgent: source.userAgent.replaceAll('\0', '').slice(0, longestUserAgent),
      }
      if ((await store.insert(db, session, keptOfUser)) === 0) throw new AppError('account_not_open')
      return { id, token, csrfToken, lifetimeMs }
    },
    async find(token) {
      if (token === '' || token.length > maxTokenLength) return undefined
      const session = await store.find(database, hashToken(token))
      const now = clock.now()
      if (session === undefined || isUserSessionOver(session, now)) return undefined
      if (now.getTime() >= session.lastSeen.getTime() + lastUseGrainMs)
        await store.updateLastSeen(database, session.id, now)
      return session
    },
    async listOf(userId) {
      const now = clock.now()
      const sessions = await store.listOfUser(database, { userId, limit: keptOfUser })
      return sessions.filter((session) => !isUserSessionOver(session, now))
    },
    async end(db, { userId, id }) {
      if (id === undefined) return store.removeOf(db, { userId })
      const parsed = parseId(id)
      return parsed === undefined ? 0 : store.removeOf(db, { userId, id: parsed })
    },
    async removeOver() {
      while ((await store.removeOver(database, clock.now(), removedAtOnce)) === removedAtOnce);
    },
  }
}
