import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { MailSettings } from '@lockstep/contract/hub/notice'
import type { Json } from '@lockstep/kernel/json'
import { isEmail, requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { SettingsService } from '../../directory/settings/settings.service.ts'
import type { Database } from '../../platform/db/database.ts'

/** How the organization sends its mails. */
export interface MailSettingsService {
  read(actor: Actor): Promise<MailSettings>
  change(origin: ChangeOrigin, update: Partial<MailSettings>): Promise<MailSettings>
}

export interface MailSettingsOptions {
  readonly database: Database
  readonly settings: Pick<SettingsService, 'find' | 'findHeld' | 'save'>
  readonly journal: Pick<JournalService, 'record'>
}

const name = 'mail'
const defaults: MailSettings = {
  from: '',
  tellsBoundUsers: true,
  activationUrl: '',
  welcomesNewUsers: true,
  tellsAskedUsers: true,
  activationLinkDays: 7,
  expiryNoticeDays: [7, 1],
}
const fields = Object.keys(defaults) as (keyof MailSettings)[]

export function createMailSettings({ database, settings, journal }: MailSettingsOptions): MailSettingsService {
  return {
    async read(actor) {
      requirePermission(actor, 'settings.read')
      return settingsOf(await settings.find(name))
    },
    change(origin, update) {
      requirePermission(origin.actor, 'settings.write')
      requireValid(update)
      return database.transaction(async (transaction) => {
        const before = settingsOf(await settings.findHeld(transaction, name))
        const after = settingsOf({ ...before, ...update })
        const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
        if (changed.length === 0) return after
        await settings.save(transaction, name, after)
        const changes = Object.fromEntries(
          changed.map((field): [string, { before: Json; after: Json }] => [
            `mail.${field}`,
            { before: before[field], after: after[field] },
          ]),
        )
        await journal.record(transaction, origin, [
          { action: 'settings.update', subjectKind: 'settings', subjectId: 'mail', subject: 'Mail', changes },
        ])
        return after
      })
    },
  }
}

function settingsOf(stored: unknown): MailSettings {
  return { ...defaults, ...(stored as Partial<MailSettings> | undefined) }
}

function requireValid({ from = '', activationUrl = '' }: Partial<MailSettings>): void {
  if (from !== '' && !isEmail(from))
    throw new AppError('invalid_request', {
      field: 'from',
      detail: 'from: must be an address such as directory@example.com.',
    })
  if (activationUrl !== '' && !(URL.canParse(activationUrl) && /^https?:\/\//i.test(activationUrl)))
    throw new AppError('invalid_request', {
      field: 'activationUrl',
      detail: 'activationUrl: must be an address such as https://portal.example.com/activate.',
    })
}
