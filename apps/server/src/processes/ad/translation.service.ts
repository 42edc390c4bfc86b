import { accept, AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { accountPlaces } from '../../directory/bindings/account-import.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { comparableFields } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isUniqueViolation } from '../../platform/db/database-error.ts'
import type { Domain } from './domain.rules.ts'
import * as domainStore from './domain.store.ts'
import { attributesToRead, isWider } from './import-fields.rules.ts'
import * as mirror from './mirror.store.ts'
import { decideTranslation, previewTranslations, type Translation, type TranslationInput } from './translation.rules.ts'
import * as store from './translation.store.ts'

export type StoredTranslation = store.StoredTranslation

/** Several changes of a domain's rules, done together or not at all. */
export interface TranslationChanges {
  readonly inserts: readonly TranslationInput[]
  readonly updates: readonly { readonly id: string; readonly input: TranslationInput }[]
  readonly removals: readonly string[]
}

/** Rules of domains. What is not there is refused as `not_found`. */
export interface TranslationService {
  list(actor: Actor, directoryId: string): Promise<readonly StoredTranslation[]>
  /** Answers the new rules in the order in which they were sent. */
  apply(origin: ChangeOrigin, directoryId: string, changes: TranslationChanges): Promise<readonly StoredTranslation[]>
  /** What rules make of a user, both as JSON; nothing is changed. */
  preview(
    actor: Actor,
    userId: string,
    rules: readonly TranslationInput[],
  ): Promise<{ readonly source: Json; readonly destination: Json }>
}

export interface TranslationOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  readonly users: Pick<UserService, 'findMany'>
}

const rulesPerDomain = 500

export function createTranslationService(options: TranslationOptions): TranslationService {
  const { database, users } = options
  return {
    async list(actor, directoryId) {
      requirePermission(actor, 'directories.read')
      await requireDomain(database, directoryId)
      return store.list(database, directoryId, rulesPerDomain)
    },
    async apply(origin, directoryId, changes) {
      requirePermission(origin.actor, 'directories.write')
      try {
        return await database.transaction((transaction) =>
          applyChanges(transaction, { ...options, origin, directoryId, changes }),
        )
      } catch (error) {
        if (!isUniqueViolation(error, 'translation_rules_destination')) throw error
        throw new AppError('already_exists', { field: 'destination' })
      }
    },
    async preview(actor, userId, rules) {
      requirePermission(actor, 'directories.read')
      requirePermission(actor, 'users.read')
      const decided = rules.map((rule) => accept(decideTranslation({ ...rule, direction: directionOf(rule) })))
      const [user] = await users.findMany([parseId(userId) ?? ''])
      if (user === undefined) throw new AppError('not_found', { field: 'userObjectId' })
      return previewTranslations(decided, comparableFields(user))
    },
  }
}

/** Samples leave the direction out, and mean towards the domain. */
function directionOf({ direction }: TranslationInput): string {
  return direction === undefined || direction === 'UNSPECIFIED' ? 'EXPORT' : direction
}

async function requireDomain(db: Queryable, directoryId: string): Promise<Domain> {
  const domain = await domainStore.find(db, directoryId)
  if (domain === undefined) throw new AppError('not_found', { field: 'activedirectory_id' })
  return domain
}

interface Application extends TranslationOptions {
  readonly origin: ChangeOrigin
  readonly directoryId: string
  readonly changes: TranslationChanges
}

async function applyChanges(db: Queryable, application: Application): Promise<readonly StoredTranslation[]> {
  const { directoryId, changes, clock, journal, origin } = application
  await domainStore.lockMirror(db, directoryId)
  const domain = await requireDomain(db, directoryId)
  const now = clock.now()
  const before = await store.list(db, directoryId, rulesPerDomain)
  for (const id of changes.removals)
    if (!(await store.remove(db, directoryId, parseId(id) ?? '')))
      throw new AppError('not_found', { field: 'translation_rule_object_id' })
  for (const { id, input } of changes.updates) {
    const present = await store.lock(db, directoryId, parseId(id) ?? '')
    if (present === undefined) throw new AppError('not_found', { field: 'translation_rule_object_id' })
    await store.update(db, { id: present.id, ...accept(decideTranslation(input, present)) })
  }
  const inserted: StoredTranslation[] = []
  for (const input of changes.inserts) {
    const rule = { id: newId(now.getTime()), ...accept(decideTranslation({ ...input, direction: directionOf(input) })) }
    await store.insert(db, directoryId, rule, now)
    inserted.push(rule)
  }
  const after = await store.list(db, directoryId, rulesPerDomain + 1)
  if (after.length > rulesPerDomain)
    throw new AppError('invalid_request', {
      field: 'translationRules',
      detail: `translationRules: a domain has at most ${rulesPerDomain} rules.`,
    })
  const [was, is] = [before.map(worded), after.map(worded)]
  if (was.join('\n') === is.join('\n')) return inserted
  await followRules(db, domain, after)
  await journal.record(db, origin, [
    {
      action: 'directory.update',
      subjectKind: 'directory',
      subjectId: directoryId,
      subject: domain.name,
      changes: { translationRules: { before: was, after: is } },
    },
  ])
  return inserted
}

/**
 * Agents read what rules read and write, everything once when it is more than before; and everybody is looked at by the new rules, also
 * where nothing is read.
 */
async function followRules(db: Queryable, domain: Domain, rules: readonly Translation[]): Promise<void> {
  const named = rules.flatMap(({ direction, sourceType, source, destination }) => {
    if (direction === 'EXPORT') return [destination]
    return sourceType === 'PATH' ? [source] : []
  })
  const attributes = [...new Set(named)].toSorted()
  const readAnew = isWider(
    attributesToRead(domain.behaviour, domain.ruleAttributes),
    attributesToRead(domain.behaviour, attributes),
  )
  await domainStore.setRuleAttributes(db, { domainId: domain.id, attributes, readAnew })
  await mirror.markAll(db, domain.id)
  await accountPlaces.raiseOwn(db, { directoryId: domain.id })
}

/** A rule as the journal shows it. */
function worded({ direction, sourceType, source, destination, appliedOn }: Translation): string {
  const only = appliedOn.length === 1 ? ` on ${appliedOn.join()} only` : ''
  return `${direction}: ${sourceType === 'CONSTANT' ? JSON.stringify(source) : source} to ${destination}${only}`
}
