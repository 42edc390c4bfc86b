import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type CustomEmailType, emailParts, type EmailWords, requireWords } from './custom-email.rules.ts'
import * as store from './custom-email.store.ts'

type Words = Parameters<typeof requireWords>[0]

/** The organization's own words for the mails to its users. */
export interface CustomEmailService {
  /** Refuses with `not_found` while the hub's own words hold. */
  get(actor: Actor, type: CustomEmailType): Promise<store.CustomEmailRow>
  /** The words for who writes the mail; undefined while the hub's own hold. */
  find(type: CustomEmailType): Promise<EmailWords | undefined>
  create(origin: ChangeOrigin, type: CustomEmailType, words: Words): Promise<store.CustomEmailRow>
  change(origin: ChangeOrigin, type: CustomEmailType, words: Words): Promise<store.CustomEmailRow>
  /** The hub's own words hold again. */
  remove(origin: ChangeOrigin, type: CustomEmailType): Promise<void>
}

export interface CustomEmailDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
}

export function createCustomEmailService({ database, clock, journal }: CustomEmailDependencies): CustomEmailService {
  return {
    find: async (type) => (await store.find(database, type))?.words,
    async get(actor, type) {
      requirePermission(actor, 'settings.read')
      const row = await store.find(database, type)
      if (row === undefined) throw new AppError('not_found', { field: 'custom_email_type' })
      return row
    },
    async create(origin, type, given) {
      requirePermission(origin.actor, 'settings.write')
      const now = clock.now()
      const row = { id: newId(now.getTime()), type, words: requireWords(given) }
      await database.transaction(async (transaction) => {
        if ((await store.insert(transaction, row, now)) === 0) throw new AppError('already_exists', { field: 'type' })
        await journal.record(transaction, origin, [drafted('custom_email.create', row, changesOf({}, row.words))])
      })
      return row
    },
    change: (origin, type, given) =>
      database.transaction(async (transaction) => {
        requirePermission(origin.actor, 'settings.write')
        const before = await hold(transaction, type)
        const after = { ...before, words: requireWords(given) }
        await store.update(transaction, after, clock.now())
        const changes = changesOf(before.words, after.words)
        if (Object.keys(changes).length > 0)
          await journal.record(transaction, origin, [drafted('custom_email.update', after, changes)])
        return after
      }),
    remove: (origin, type) =>
      database.transaction(async (transaction) => {
        requirePermission(origin.actor, 'settings.write')
        const row = await hold(transaction, type)
        await store.remove(transaction, type)
        await journal.record(transaction, origin, [drafted('custom_email.delete', row, changesOf(row.words, {}))])
      }),
  }
}

async function hold(transaction: Transaction, type: CustomEmailType): Promise<store.CustomEmailRow> {
  const row = await store.findHeld(transaction, type)
  if (row === undefined) throw new AppError('not_found', { field: 'custom_email_type' })
  return row
}

function changesOf(before: EmailWords, after: EmailWords) {
  return Object.fromEntries(
    emailParts
      .filter((part) => before[part] !== after[part])
      .map((part) => [
        part,
        {
          ...(before[part] === undefined ? {} : { before: before[part] }),
          ...(after[part] === undefined ? {} : { after: after[part] }),
        },
      ]),
  )
}

function drafted(action: string, { id, type }: store.CustomEmailRow, changes: ReturnType<typeof changesOf>) {
  return { action, subjectKind: 'custom_email', subjectId: id, subject: type, changes } as const
}
