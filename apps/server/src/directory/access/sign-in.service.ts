import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { SignInRequest } from '@lockstep/contract/hub/session'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import { hashToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { actorOf, isEmail, systemActor } from './access.rules.ts'
import * as administrators from './administrator.store.ts'
import { withinCapacity } from './hashing-capacity.ts'
import { type OpenedSession, openSession, type SignInSource } from './open-session.ts'
import * as sessions from './session.store.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit, secondsUntil, sourceLimit, sourceOf, waitsMs } from './sign-in.rules.ts'

export interface SignInService {
  /** Refuses with `sign_in_failed`, the same for a wrong password, an unknown address and a suspended account, or `throttled`. */
  signIn(input: SignInRequest, source: SignInSource): Promise<OpenedSession>
  /** Ends the session, if it has not ended by itself. */
  signOut(origin: ChangeOrigin, token: string): Promise<void>
}

export interface SignInDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

type Candidate = Awaited<ReturnType<typeof administrators.findForSignIn>>

interface Attempt {
  readonly email: string
  readonly source: SignInSource
  readonly addressTarget: string
  readonly sourceTarget: string
}

const failureActor: Actor = { ...systemActor('sign-in'), permissions: new Set() }

export function createSignInService(dependencies: SignInDependencies): SignInService {
  const { database, hasher, journal, accessChanged } = dependencies
  return {
    async signIn(input, source) {
      const email = input.email.trim()
      const attempt: Attempt = {
        email,
        source,
        // Digests: people type their password into the wrong field.
        addressTarget: `address:${sha256(email.toLowerCase()).toString('hex')}`,
        sourceTarget: `source:${sourceOf(source.ip)}`,
      }
      await countAttempt(dependencies, attempt)
      const candidate = await administrators.findForSignIn(database, email)
      let isRight = false
      try {
        isRight = await withinCapacity(() => hasher.verifyPassword(candidate?.passwordHash, input.password))
      } catch (error) {
        await takeBack(database, attempt)
        throw error
      }
      const opened = isRight && candidate ? await admit(dependencies, attempt, candidate) : undefined
      if (opened === undefined) {
        await recordFailure(dependencies, attempt, candidate)
        throw new AppError('sign_in_failed')
      }
      if (candidate) await renewHash(dependencies, candidate, input.password)
      return opened
    },

    signOut: (origin, token) =>
      database.transaction(async (transaction) => {
        if ((await sessions.remove(transaction, hashToken(token))) === 0) return
        const { id, name } = origin.actor
        await journal.record(transaction, origin, [
          { action: 'administrator.sign_out', subjectKind: 'administrator', subjectId: id, subject: name },
        ])
        transaction.afterCommit(accessChanged)
      }),
  }
}

/** One transaction for both counts: an attempt that has to wait on one side leaves the other as it was. */
async function countAttempt({ database, clock }: SignInDependencies, attempt: Attempt): Promise<void> {
  const at = clock.now()
  const targets = [
    { target: attempt.sourceTarget, rule: sourceLimit },
    { target: attempt.addressTarget, rule: addressLimit },
  ]
  await database.transaction(async (transaction) => {
    for (const { target, rule } of targets) {
      const countedSince = new Date(at.getTime() - rule.forgetAfterMs)
      const until = await failures.countAttempt(transaction, { target, at, countedSince, waitsMs: waitsMs(rule.limit) })
      if (until !== undefined) throw new AppError('throttled', { retryAfterSeconds: secondsUntil(until, at) })
    }
  })
}

async function takeBack(database: Database, { addressTarget, sourceTarget }: Attempt): Promise<void> {
  await failures.takeBack(database, sourceTarget)
  await failures.takeBack(database, addressTarget)
}

/** Undefined when the administrator was suspended, removed or got another password meanwhile. */
async function admit(
  { database, clock, journal }: SignInDependencies,
  attempt: Attempt,
  candidate: NonNullable<Candidate>,
): Promise<OpenedSession | undefined> {
  return database.transaction(async (transaction) => {
    const held = await administrators.findHeld(transaction, candidate.id)
    if (held === undefined || held.suspended || held.passwordHash !== candidate.passwordHash) return undefined
    const opened = await openSession(transaction, { administrator: held, source: attempt.source, now: clock.now() })
    await failures.takeBack(transaction, attempt.sourceTarget)
    await failures.remove(transaction, attempt.addressTarget)
    const origin = signInOrigin(actorOf(held, 'session'), attempt.source)
    await journal.record(transaction, origin, [
      {
        action: 'administrator.sign_in',
        subjectKind: 'administrator',
        subjectId: held.id,
        subject: held.email,
        changes: { sourceIp: { after: attempt.source.ip } },
      },
    ])
    return opened
  })
}

/** Hashes made at lower costs get today's; the sign-in has succeeded and does not depend on it. */
async function renewHash(
  { database, hasher, log }: SignInDependencies,
  { id, passwordHash }: NonNullable<Candidate>,
  password: string,
): Promise<void> {
  if (!hasher.isOutdated(passwordHash)) return
  try {
    const after = await hasher.hashPassword(password)
    await administrators.updatePasswordHash(database, id, { before: passwordHash, after })
  } catch (error) {
    log.warn({ err: error }, 'a password hash was not renewed; the next sign-in tries again')
  }
}

async function recordFailure(
  { database, journal }: SignInDependencies,
  { email, source }: Attempt,
  candidate: Candidate,
): Promise<void> {
  await journal.record(database, signInOrigin(failureActor, source), [
    {
      action: 'administrator.sign_in_failed',
      subjectKind: 'administrator',
      subjectId: candidate?.id ?? 'unknown',
      // What is no address may be a password in the wrong field.
      subject: isEmail(email) ? email : 'not an address',
      changes: { sourceIp: { after: source.ip } },
    },
  ])
}

function signInOrigin(actor: Actor, source: SignInSource): ChangeOrigin {
  return { actor, cause: { kind: 'request' }, correlationId: source.requestId }
}
