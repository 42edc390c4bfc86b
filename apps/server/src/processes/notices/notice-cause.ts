// What a cause of mails is given, and what it reads from the journal's row.
import type { Clock } from '@lockstep/kernel/clock'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { StoredEntry } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import type { UserFactorService } from '../../directory/user-factors/user-factor.service.ts'
import type { UserLinkService } from '../../directory/user-sessions/user-link.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { MailSettingsService } from './mail-settings.service.ts'
import type { NoticeBox } from './notice-box.ts'

export interface NoticeCauseOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'entries' | 'list'>
  readonly access: Pick<AccessService, 'administratorDetails' | 'passwordLinks'>
  readonly users: Pick<UserService, 'findMany'>
  readonly groups: Pick<GroupService, 'get' | 'suggestionCounts'>
  readonly organization: Pick<OrganizationService, 'read'>
  readonly userLinks: Pick<UserLinkService, 'issue'>
  readonly bindings: Pick<BindingService, 'directories'>
  readonly factors: Pick<UserFactorService, 'standing'>
  readonly mailSettings: MailSettingsService
  /** The address of links, without a slash at its end. */
  readonly publicUrl: string
  readonly box: NoticeBox
}

export type Cause = (options: NoticeCauseOptions, db: Queryable, entry: StoredEntry) => Promise<void>

/** What the row's subject was called. */
export function nameOf(entry: StoredEntry): string {
  return entry.details?.subject ?? ''
}

/** The value of a field after the change. */
export function after(entry: StoredEntry, field: string): unknown {
  return entry.details?.changes?.[field]?.after
}

/** A text or number that the row tells; empty when it tells none. */
export function told(entry: StoredEntry, field: string): string {
  const value = after(entry, field)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
