import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { SignInRequest } from '@lockstep/contract/hub/session'
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
import { countAttempt } from './count-attempt.ts'
import { countProofAttempt, hasProof, type Proof, type ProofDependencies, provesFactor } from './second-factor-proof.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit, sourceLimit, sourceOf } from './sign-in.rules.ts'

export interface SignInService {
  /**
   * Refuses with `sign_in_failed`, the same for a wrong password, an unknown address and a suspended account, or `throttled`; once the
   * password was right and a second factor is enrolled, with `second_factor_required` or `second_factor_failed`.
   */
  signIn(input: SignInRequest, source: SignInSource): Promise<OpenedSession>
  /** Ends the session, if it has not ended by itself. */
  signOut(origin: ChangeOrigin, token: string): Promise<void>
}

export interface SignInDependencies extends ProofDependencies {
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Whether every administrator needs a second factor. */
  readonly requiresSecondFactor: () => Promise<boolean>
  /** Called after the commit of what takes access away or changes it. */
  readonly accessChanged: () => void
}

type Candidate = Awaited<ReturnType<typeof administrators.findForSignIn>>

interface Attempt {
  readonly email: string
  readonly source: SignInSource
  readonly proof: Proof
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
        proof: { code: input.code, recoveryCode: input.recoveryCode },
        // Digests: people type their password into the wrong field.
        addressTarget: `address:${sha256(email.toLowerCase()).toString('hex')}`,
        sourceTarget: `source:${sourceOf(source.ip)}`,
      }
      await countAttempt(dependencies, [
        { target: attempt.sourceTarget, rule: sourceLimit },
        { target: attempt.addressTarget, rule: addressLimit },
      ])
      const candidate = await administrators.findForSignIn(database, email)
      let isRight = false
      try {
        const passwordHash = candidate?.passwordHash ?? undefined
        isRight = await withinCapacity(() => hasher.verifyPassword(passwordHash, input.password))
      } catch (error) {
        await takeBack(database, attempt)
        throw error
      }
      if (isRight && candidate) await requireProof(dependencies, attempt, candidate)
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

async function takeBack(database: Database, { addressTarget, sourceTarget }: Attempt): Promise<void> {
  await failures.takeBack(database, sourceTarget)
  await failures.takeBack(database, addressTarget)
}

/** The password was right: asks for the second factor where one is enrolled, and counts a guess at it. */
async function requireProof(
  dependencies: SignInDependencies,
  attempt: Attempt,
  { id, secondFactorSince, suspended }: NonNullable<Candidate>,
): Promise<void> {
  if (secondFactorSince === null || suspended) return
  if (!hasProof(attempt.proof)) {
    await takeBack(dependencies.database, attempt)
    throw new AppError('second_factor_required', { field: 'code' })
  }
  await countProofAttempt(dependencies, id)
}

/** Undefined when the administrator was suspended, removed or got another password meanwhile. */
async function admit(
  dependencies: SignInDependencies,
  attempt: Attempt,
  candidate: NonNullable<Candidate>,
): Promise<OpenedSession | undefined> {
  const { database, clock, journal } = dependencies
  // Before the transaction, which should not wait for a second connection.
  const isForAll = await dependencies.requiresSecondFactor()
  const admitted = await database.transaction(async (transaction) => {
    const held = await administrators.findHeld(transaction, candidate.id)
    if (held === undefined || held.suspended || held.passwordHash !== candidate.passwordHash) return undefined
    const { proof } = attempt
    if (held.secondFactorSince !== null) {
      if (!hasProof(proof)) return undefined
      if (!(await provesFactor(transaction, dependencies, { administratorId: held.id, proof }))) return 'unproven'
    }
    const isRequired = held.secondFactorRequired || isForAll
    const opened = await openSession(transaction, {
      administrator: held,
      source: attempt.source,
      now: clock.now(),
      mustEnrol: isRequired && held.secondFactorSince === null,
    })
    await failures.takeBack(transaction, attempt.sourceTarget)
    await failures.remove(transaction, attempt.addressTarget)
    const origin = signInOrigin(actorOf(held, 'session'), attempt.source)
    await journal.record(transaction, origin, [
      {
        action: 'administrator.sign_in',
        subjectKind: 'administrator',
        subjectId: held.id,
        subject: held.email,
        changes: {
          sourceIp: { after: attempt.source.ip },
          ...(held.secondFactorSince === null
            ? {}
            : { secondFactor: { after: proof.code ? 'code' : 'recovery code' } }),
        },
      },
    ])
    return opened
  })
  if (admitted !== 'unproven') return admitted
  await recordFailure(dependencies, attempt, candidate, 'administrator.second_factor_failed')
  throw new AppError('second_factor_failed', { field: 'code' })
}

/** Hashes made at lower costs get today's; the sign-in has succeeded and does not depend on it. */
async function renewHash(
  { database, hasher, log }: SignInDependencies,
  { id, passwordHash }: NonNullable<Candidate>,
  password: string,
): Promise<void> {
  if (passwordHash === null || !hasher.isOutdated(passwordHash)) return
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
  action = 'administrator.sign_in_failed',
): Promise<void> {
  await journal.record(database, signInOrigin(failureActor, source), [
    {
      action,
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
