// Passkeys of users (WebAuthn level 3). A passkey is good for the host name that it was made under: the browser sees to that, and the hub
// looks once more. What a browser has to sign is kept with its session, once, for some minutes.
import { AppError } from '@lockstep/contract/app-error'
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@lockstep/contract/portal/passkey'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server'
import { isIP } from 'node:net'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { User } from '../users/user.rules.ts'
import * as store from './passkey.store.ts'

export type PasskeyRow = store.PasskeyRow

export interface PasskeyService {
  list(userId: string): Promise<readonly store.PasskeyRow[]>
  /** What the browser needs to make one under the page's origin. Refuses with `invalid_request` where it has no name. */
  creationOptions(user: PasskeyOwner, at: PasskeyPlace): Promise<PasskeyCreationOptions>
  /** Keeps a passkey that the browser made, with what belongs to it. Refuses with `invalid_request` when it does not prove itself. */
  register<T>(registration: PasskeyRegistered, also: (db: Queryable, row: store.PasskeyRow) => Promise<T>): Promise<T>
  /** What the browser needs to ask for one; undefined for a user who has none. */
  requestOptions(userId: string, sessionId: string): Promise<PasskeyRequestOptions | undefined>
  /** Whether the assertion is of the user's passkey for what the session was asked to sign; that is used up. */
  proves(userId: string, assertion: PasskeyAssertion, sessionId: string): Promise<boolean>
  rename(db: Queryable, passkey: { userId: string; id: string; name: string }): Promise<store.PasskeyRow>
  /** Answers the name of the one that went. Refuses with `not_found`. */
  remove(db: Queryable, passkey: { userId: string; id: string }): Promise<string>
}

export interface PasskeyOwner extends Pick<User, 'id' | 'username'> {
  readonly name: string
}

export interface PasskeyPlace {
  readonly sessionId: string
  /** Of the page that asks, such as https://hub.example. */
  readonly origin: string
  /** The organization, as the authenticator shows it. */
  readonly issuer: string
}

interface PasskeyRegistered {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly credential: PasskeyAttestation
}

const challengeTimeMs = 5 * 60_000
const mostPasskeys = 20

interface PasskeyOptions {
  readonly database: Database
  readonly clock: Clock
}

export function createPasskeyService(options: PasskeyOptions): PasskeyService {
  const { database, clock } = options
  const keep = (sessionId: string, use: store.ChallengeUse, challenge: store.Challenge): Promise<void> =>
    store.putChallenge(database, { sessionId, use, ...challenge, created: clock.now() })
  return {
    list: (userId) => store.list(database, userId),
    async creationOptions(user, { sessionId, origin, issuer }) {
      const passkeys = await store.list(database, user.id)
      if (passkeys.length >= mostPasskeys)
        throw new AppError('invalid_request', { detail: `You have ${mostPasskeys} passkeys. Remove one first.` })
      const host = hostOf(origin)
      const creation = await generateRegistrationOptions({
        ...{ rpName: issuer, rpID: host, userName: user.username, userDisplayName: user.name },
        userID: new Uint8Array(Buffer.from(user.id, 'hex')),
        timeout: challengeTimeMs,
        attestationType: 'none',
        excludeCredentials: passkeys.map(asCredential),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      })
      await keep(sessionId, 'create', { challenge: creation.challenge, host })
      return plain<PasskeyCreationOptions>(creation)
    },
    register: (registration, also) => register(options, registration, also),
    async requestOptions(userId, sessionId) {
      const passkeys = await store.list(database, userId)
      const host = passkeys.at(-1)?.host
      if (host === undefined) return undefined
      const request = await generateAuthenticationOptions({
        rpID: host,
        timeout: challengeTimeMs,
        userVerification: 'preferred',
        allowCredentials: passkeys.filter((passkey) => passkey.host === host).map(asCredential),
      })
      await keep(sessionId, 'get', { challenge: request.challenge, host })
      return plain<PasskeyRequestOptions>(request)
    },
    proves: (userId, assertion, sessionId) => proves(options, { userId, assertion, sessionId }),
    async rename(db, passkey) {
      const row = await store.rename(db, passkey)
      if (row === undefined) throw new AppError('not_found', { field: 'id' })
      return row
    },
    async remove(db, passkey) {
      const name = await store.remove(db, passkey)
      if (name === undefined) throw new AppError('not_found', { field: 'id' })
      return name
    },
  }
}

/** The host name that a passkey is bound to; browsers make none for an address in digits (WebAuthn, section 5.1.3). */
function hostOf(origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : ''
  if (host === '' || isIP(host) !== 0 || host.startsWith('['))
    throw new AppError('invalid_request', {
      detail: 'Passkeys need the hub to have a name. Open the portal by its name instead of an address in digits.',
    })
  return host
}

/** Through JSON, which is how it travels: without the library's own types and what is undefined. */
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function asCredential({ credentialId, transports }: store.PasskeyRow): Pick<WebAuthnCredential, 'id' | 'transports'> {
  return { id: credentialId, transports: [...transports] as NonNullable<WebAuthnCredential['transports']> }
}

/** The origin that the browser says it signed under; only of the host meant, and encrypted unless on this machine. */
function originUnder(host: string, clientDataJson: string): string | undefined {
  try {
    const { origin } = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8')) as { origin?: unknown }
    if (typeof origin !== 'string' || !URL.canParse(origin)) return undefined
    const { hostname, protocol } = new URL(origin)
    return hostname === host && (protocol === 'https:' || hostname === 'localhost') ? origin : undefined
  } catch {
    return undefined
  }
}

async function register<T>(
  { database, clock }: PasskeyOptions,
  { userId, sessionId, name, credential }: PasskeyRegistered,
  also: (db: Queryable, row: store.PasskeyRow) => Promise<T>,
): Promise<T> {
  const now = clock.now()
  const asked = await store.takeChallenge(database, { sessionId, use: 'create', since: challengesSince(now) })
  if (asked === undefined) throw refused('it took too long. Begin anew.')
  const { challenge, host } = asked
  const origin = originUnder(host, credential.response.clientDataJSON)
  if (origin === undefined) throw refused('it was made under another address.')
  const made = await verifyRegistrationResponse({
    response: plain<RegistrationResponseJSON>({ clientExtensionResults: {}, ...credential }),
    ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: host, requireUserVerification: false },
  }).catch(() => undefined)
  if (made?.verified !== true) throw refused('it does not prove itself.')
  const { credential: key, credentialBackedUp } = made.registrationInfo
  const row = {
    ...{ id: newId(now.getTime()), host, credentialId: key.id, publicKey: Buffer.from(key.publicKey) },
    ...{ counter: key.counter, transports: key.transports ?? [], name, synced: credentialBackedUp },
    ...{ created: now, lastUsed: null },
  }
  return database.transaction(async (transaction) => {
    if ((await store.insert(transaction, { ...row, userId })) === 0) throw refused('it is registered already.')
    return also(transaction, row)
  })
}

function challengesSince(now: Date): Date {
  return new Date(now.getTime() - challengeTimeMs)
}

function refused(why: string): AppError {
  return new AppError('invalid_request', {
    field: 'credential',
    detail: `credential: The passkey was not kept: ${why}`,
  })
}

interface Assertion {
  readonly userId: string
  readonly assertion: PasskeyAssertion
  readonly sessionId: string
}

async function proves(
  { database, clock }: PasskeyOptions,
  { userId, assertion, sessionId }: Assertion,
): Promise<boolean> {
  const now = clock.now()
  const asked = await store.takeChallenge(database, { sessionId, use: 'get', since: challengesSince(now) })
  if (asked === undefined) return false
  return database.transaction(async (transaction) => {
    const passkey = await store.findByCredential(transaction, { userId, credentialId: assertion.id })
    const origin = passkey && originUnder(passkey.host, assertion.response.clientDataJSON)
    if (passkey === undefined || origin === undefined) return false
    const { id, host, counter, publicKey } = passkey
    const answer = await verifyAuthenticationResponse({
      response: plain<AuthenticationResponseJSON>({ clientExtensionResults: {}, ...assertion }),
      ...{ expectedChallenge: asked.challenge, expectedOrigin: origin, expectedRPID: host },
      requireUserVerification: false,
      credential: { ...asCredential(passkey), publicKey: new Uint8Array(publicKey), counter },
    }).catch(() => undefined)
    if (answer?.verified !== true) return false
    await store.updateUse(transaction, { id, counter: answer.authenticationInfo.newCounter, at: now })
    return true
  })
}
