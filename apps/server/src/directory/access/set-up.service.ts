// How the first administrator comes about: from the environment, or through a link that works once and that only whoever sees the
// hub's output knows. Both wait on one lock and look for an administrator behind it, so that two never become the first.
import { AppError } from '@lockstep/contract/app-error'
import type { SetUpRequest } from '@lockstep/contract/hub/session'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import {
  type AdministratorFacts,
  actorOf,
  requireEmail,
  requireName,
  requirePassword,
  systemActor,
} from './access.rules.ts'
import { creationDraft } from './administrator.rules.ts'
import * as administrators from './administrator.store.ts'
import { apiKeyCreated, apiKeyPrefix } from './api-key.rules.ts'
import * as apiKeys from './api-key.store.ts'
import { type FirstAdministrator, firstAdministrator, type FirstStartInput } from './first-start.rules.ts'
import { withinCapacity } from './hashing-capacity.ts'
import { type OpenedSession, openSession, type SignInSource } from './open-session.ts'
import * as links from './set-up-link.store.ts'
import { setUpLinkLifetimeMs } from './sign-in.rules.ts'

export type FirstStart =
  /** There are administrators already; the environment's variables are left aside. */
  | { readonly kind: 'done' }
  | { readonly kind: 'created'; readonly administratorId: string }
  /** To be printed as `{publicUrl}/admin/set-up?token=…`; valid for a day, once, and until the next start. */
  | { readonly kind: 'set_up_link'; readonly token: string; readonly expires: Date }

export interface SetUpService {
  /** Call at every start. Throws `FirstStartError` when an administrator is needed and the variables cannot make one. */
  accessBootstrap(input: FirstStartInput): Promise<FirstStart>
  isSetUpNeeded(): Promise<boolean>
  /** Makes the first administrator and signs in; refuses with `set_up_link_invalid` or `set_up_done`. */
  setUp(input: SetUpRequest, source: SignInSource): Promise<OpenedSession>
}

export interface SetUpDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
}

const firstRole = 'administrator_with_billing'

export function createSetUpService(dependencies: SetUpDependencies): SetUpService {
  const { database, clock, log, hasher, journal } = dependencies
  return {
    async accessBootstrap(input) {
      if (await administrators.exists(database)) return { kind: 'done' }
      const wanted = firstAdministrator(input)
      if (wanted === undefined) return makeLink(dependencies)
      const passwordHash = await withinCapacity(() => hasher.hashPassword(wanted.password))
      const id = await database.transaction((transaction) =>
        createFromEnvironment(transaction, dependencies, { ...wanted, passwordHash }),
      )
      if (id === undefined) return { kind: 'done' }
      log.info({ administratorId: id }, 'the first administrator was made from the environment')
      return { kind: 'created', administratorId: id }
    },

    isSetUpNeeded: async () => !(await administrators.exists(database)),

    async setUp(input, source) {
      const email = requireEmail(input.email)
      const name = requireName(input.name)
      requirePassword(input.password)
      const tokenHash = hashToken(input.token)
      await refuseUnlessValid(dependencies, tokenHash)
      const passwordHash = await withinCapacity(() => hasher.hashPassword(input.password))
      return database.transaction(async (transaction) => {
        await administrators.lockFirst(transaction)
        const now = clock.now()
        if (await administrators.exists(transaction)) throw new AppError('set_up_done')
        if (!(await links.use(transaction, tokenHash, now))) throw new AppError('set_up_link_invalid')
        const administrator = { id: newId(now.getTime()), email, name, role: firstRole } as const
        await administrators.insert(transaction, { ...administrator, passwordHash, created: now })
        const origin: ChangeOrigin = {
          actor: actorOf(administrator, 'session'),
          cause: { kind: 'set_up', text: 'Made with the set-up link' },
          correlationId: source.requestId,
        }
        await journal.record(transaction, origin, [
          creationDraft(administrator),
          { action: 'administrator.sign_in', ...subjectOf(administrator), changes: { sourceIp: { after: source.ip } } },
        ])
        return openSession(transaction, { administrator, source, now })
      })
    },
  }
}

/** Before the password is hashed, so that strangers cannot make the hub work. */
async function refuseUnlessValid({ database, clock }: SetUpDependencies, tokenHash: string): Promise<void> {
  if (await administrators.exists(database)) throw new AppError('set_up_done')
  if (!(await links.isValid(database, tokenHash, clock.now()))) throw new AppError('set_up_link_invalid')
}

async function makeLink({ database, clock }: SetUpDependencies): Promise<FirstStart> {
  const created = clock.now()
  const expires = new Date(created.getTime() + setUpLinkLifetimeMs)
  const token = newToken('setup')
  return database.transaction(async (transaction) => {
    await administrators.lockFirst(transaction)
    if (await administrators.exists(transaction)) return { kind: 'done' }
    await links.replace(transaction, { tokenHash: hashToken(token), created, expires })
    return { kind: 'set_up_link', token, expires }
  })
}

/** Undefined when another process was first. */
async function createFromEnvironment(
  transaction: Transaction,
  { clock, journal }: SetUpDependencies,
  wanted: FirstAdministrator & { readonly passwordHash: string },
): Promise<string | undefined> {
  await administrators.lockFirst(transaction)
  if (await administrators.exists(transaction)) return undefined
  const now = clock.now()
  const { email, passwordHash, apiKey } = wanted
  const administrator = { id: newId(now.getTime()), email, name: email, role: firstRole } as const
  await administrators.insert(transaction, { ...administrator, passwordHash, created: now })
  await links.removeAll(transaction)
  const origin: ChangeOrigin = {
    actor: systemActor('set-up'),
    cause: { kind: 'set_up', text: 'Made at the first start from the environment' },
  }
  await journal.record(transaction, origin, [creationDraft(administrator)])
  if (apiKey === undefined) return administrator.id
  const key = {
    id: newId(now.getTime()),
    name: 'First API key',
    prefix: apiKeyPrefix(apiKey),
    created: now,
    expires: null,
  }
  await apiKeys.insert(transaction, { ...key, administratorId: administrator.id, keyHash: hashToken(apiKey) })
  await journal.record(transaction, origin, [apiKeyCreated({ ...key, administrator: email })])
  return administrator.id
}

function subjectOf({ id, email }: AdministratorFacts) {
  return { subjectKind: 'administrator', subjectId: id, subject: email } as const
}
