// What happened, as the journal tells it, becomes mails: which, and to whom. Each row is one transaction, and each mail carries the row (or
// the thing) in its key, so that a row that comes again makes no second mail.
import type { ChosenNoticeKind } from '@lockstep/contract/hub/notice'
import type { Clock } from '@lockstep/kernel/clock'
import { heldPermissions, systemActor } from '../../directory/access/access.rules.ts'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { ChangeOrigin, StoredEntry } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import { passwordStatus } from '../../directory/users/password-status.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { MailSettingsService } from './mail-settings.service.ts'
import type { NoticeBox } from './notice-box.ts'
import { permissionFor, preferencesOf, type Recipient } from './notice.rules.ts'
import * as preferences from './notice-preference.store.ts'
import * as store from './notice.store.ts'

export interface NoticeCauseOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'entries' | 'list'>
  readonly access: Pick<AccessService, 'administratorDetails' | 'passwordLinks'>
  readonly users: Pick<UserService, 'findMany'>
  readonly groups: Pick<GroupService, 'get' | 'suggestionCounts'>
  readonly organization: Pick<OrganizationService, 'read'>
  readonly mailSettings: MailSettingsService
  readonly box: NoticeBox
}

type Cause = (options: NoticeCauseOptions, db: Queryable, entry: StoredEntry) => Promise<void>

const actor = systemActor('mail room')
const suggestionDelayMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

const causes: Readonly<Record<string, Cause>> = {
  'administrator.create': inviteAdministrator,
  'administrator.activation_request': inviteAdministrator,
  'administrator.password_reset_request': inviteAdministrator,
  'plan.hold': (options, db, entry) =>
    tellAdministrators(options, db, {
      kind: 'plan_held',
      // One mail a plan: what is added to it later is seen when somebody looks.
      causeKey: `plan:${entry.subjectId}`,
      values: {
        planId: entry.subjectId,
        source: nameOf(entry),
        items: told(entry, 'items'),
        reason: entry.details?.cause?.text ?? '',
      },
    }),
  'directory.agents_silent': tellOfAgents('domain_silent'),
  'directory.agents_back': tellOfAgents('domain_heard'),
  'bulk_job.end': tellStarter,
  'group.suggest': tellContacts,
  'user.bind': tellBoundUser,
  // Of those who are bound through a group nothing is told before their account is there.
  'account.create': tellBoundUser,
  'account.take_over': tellBoundUser,
  'user.request_activation': (options, db, entry) => activate(options, db, entry),
}

/** The actions that may cause mails. */
export const noticeActions: readonly string[] = Object.keys(causes)

/** Queues what the rows of the feed cause. */
export async function queueCaused(options: NoticeCauseOptions, seqs: readonly number[]): Promise<void> {
  for (const entry of await options.journal.entries(seqs)) {
    const cause = causes[entry.action]
    // A row whose personal values were erased says nothing any more.
    if (cause === undefined || entry.details === null) continue
    await options.database.transaction((transaction) => cause(options, transaction, entry))
  }
}

/** A link to choose a password: the first one for who has none yet. */
async function inviteAdministrator(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { access, box } = options
  const administrator = (await administrators(options)).find(({ id }) => id === entry.subjectId)
  if (administrator === undefined || administrator.suspended) return
  if (entry.action === 'administrator.create' && administrator.hasPassword) return
  // One request may make an administrator and ask for the mail.
  const causeKey = `password:${entry.subjectId}:${entry.correlationId ?? entry.seq}`
  // A second link would end the first, which may be on its way.
  if ((await store.findByCause(db, causeKey, new Date(0))) !== undefined) return
  const kind = administrator.hasPassword ? 'administrator_password' : 'administrator_invitation'
  const recent = { recipientId: administrator.id, kind } as const
  if (await box.hasTooMany(db, recent)) return box.holdBack(db, recent)
  const origin: ChangeOrigin = { actor, cause: { kind: 'request', text: 'Sent by mail' } }
  const link = await access.passwordLinks.issue(db, origin, administrator.id)
  if (link === undefined) return
  await box.queue(db, { kind, recipient: recipientOf(administrator), causeKey, values: { ...link } })
}

function tellOfAgents(kind: 'domain_silent' | 'domain_heard'): Cause {
  return (options, db, entry) =>
    tellAdministrators(options, db, {
      kind,
      causeKey: `agents:${entry.subjectId}:${entry.seq}`,
      values: {
        directoryId: entry.subjectId,
        domain: nameOf(entry),
        agentKind: after(entry, 'agentKind') === 'SYNC' ? 'sync' : 'import',
        reason: told(entry, 'reason'),
        at: entry.at.toISOString(),
      },
    })
}

interface Telling {
  readonly kind: ChosenNoticeKind
  readonly causeKey: string
  readonly values: Readonly<Record<string, string>>
  /** Nobody else. */
  readonly onlyTo?: string
}

/** To those who can act on it and want it. */
async function tellAdministrators(options: NoticeCauseOptions, db: Queryable, telling: Telling): Promise<void> {
  const { kind, causeKey, values, onlyTo } = telling
  const able = (await administrators(options)).filter(
    (each) =>
      !each.suspended && (onlyTo === undefined || each.id === onlyTo) && heldPermissions(each).has(permissionFor(kind)),
  )
  const ids = able.map(({ id }) => id)
  const chosen = await preferences.findMany(db, ids)
  for (const administrator of able.filter(({ id }) => preferencesOf(chosen.get(id))[kind])) {
    const recipient = recipientOf(administrator)
    await options.box.queue(db, { kind, recipient, causeKey: `${causeKey}:${administrator.id}`, values })
  }
}

async function tellStarter(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { items } = await options.journal.list({ subjectId: entry.subjectId, action: 'bulk_job.start', limit: 1 })
  const start = items[0]
  if (start?.actorKind !== 'administrator') return
  await tellAdministrators(options, db, {
    kind: 'bulk_job_ended',
    causeKey: `job:${entry.subjectId}`,
    values: {
      jobId: entry.subjectId,
      job: nameOf(entry),
      changed: told(entry, 'changed') || '0',
      unchanged: told(entry, 'unchanged') || '0',
      failed: told(entry, 'failed') || '0',
    },
    onlyTo: start.actorId,
  })
}

/** The group's own address, else the organization's contact; at most a mail an hour, with the counts as they are when it is sent. */
async function tellContacts(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { groups, organization, clock, box } = options
  const group = await groups.get(actor, entry.subjectId).catch(() => undefined)
  if (group === undefined || !group.memberSuggestionsNotify) return
  const { settings } = await organization.read(actor)
  const text = (name: string): string => (typeof settings[name] === 'string' ? settings[name] : '')
  const recipient: Recipient =
    group.email === ''
      ? { kind: 'contact', id: group.id, address: text('contactEmail'), name: text('contactName') }
      : { kind: 'contact', id: group.id, address: group.email, name: group.name }
  if (recipient.address === '') return
  const now = clock.now().getTime()
  const prefix = `suggestions:${group.id}:`
  const last = await store.findByCause(db, prefix, new Date(now - hourMs))
  if (last?.state === 'waiting') return
  const due = last === undefined ? now + suggestionDelayMs : last.created.getTime() + hourMs
  await box.queue(db, {
    kind: 'member_suggestions',
    recipient,
    causeKey: `${prefix}${entry.seq}`,
    values: { groupId: group.id, group: group.name },
    due: new Date(Math.max(due, now)),
  })
}

/** Users whom an administrator bound to a directory: the active ones are told, those without a password are invited to choose one. */
async function tellBoundUser(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { users, mailSettings, clock, box } = options
  const isByPerson = entry.actorKind === 'administrator' || entry.actorKind === 'service_account'
  if (entry.action === 'user.bind' && !isByPerson) return
  const [key = ''] = Object.keys(entry.details?.changes ?? {})
  const directory = key.slice(key.indexOf(':') + 1)
  const [user] = await users.findMany([entry.subjectId])
  if (user === undefined || user.state !== 'ACTIVATED' || directory === '') return
  const status = passwordStatus(user, clock.now())
  if (status === 'none') return activate(options, db, entry)
  const { tellsBoundUsers } = await mailSettings.read(actor)
  if (!tellsBoundUsers || (status !== 'active' && status !== 'expiring')) return
  const prefix = `bound:${user.id}:${directory}:`
  // Bound, and then the account made: the same news.
  const isTold = await store.findByCause(db, prefix, new Date(clock.now().getTime() - dayMs))
  if (entry.action !== 'user.bind' && isTold !== undefined) return
  await box.queue(db, {
    kind: 'user_bound',
    recipient: userRecipient(user),
    causeKey: `${prefix}${entry.seq}`,
    values: { directory, username: user.username },
  })
}

/** Only where the organization says where passwords are chosen; one who has a password needs no invitation. */
async function activate(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { users, mailSettings, clock, box } = options
  const { activationUrl } = await mailSettings.read(actor)
  const [user] = await users.findMany([entry.subjectId])
  if (activationUrl === '' || user === undefined || user.activated || user.state !== 'ACTIVATED') return
  const asked = after(entry, 'activationEmail')
  const isAsked = entry.action === 'user.request_activation'
  const prefix = `activation:${user.id}:`
  // Bound to several directories at once, one invitation is enough.
  if (!isAsked && (await store.findByCause(db, prefix, new Date(clock.now().getTime() - dayMs))) !== undefined) return
  const recipient = userRecipient(user)
  await box.queue(db, {
    kind: 'user_activation',
    recipient: typeof asked === 'string' && asked !== '' ? { ...recipient, address: asked } : recipient,
    causeKey: `${prefix}${entry.seq}`,
    values: {
      username: user.username,
      url: activationUrl,
      source: typeof user.attributes['creationSource'] === 'string' ? user.attributes['creationSource'] : '',
    },
  })
}

function administrators({ access }: NoticeCauseOptions) {
  return access.administratorDetails.list(actor)
}

function recipientOf({ id, email, name }: { id: string; email: string; name: string }): Recipient {
  return { kind: 'administrator', id, address: email, name: name === email ? '' : name }
}

function userRecipient(user: User): Recipient {
  return { kind: 'user', id: user.id, address: user.email, name: displayName(user) }
}

function displayName({ attributes, displayname, username }: User): string {
  const { firstname, lastname } = attributes
  const parts = [firstname, lastname].filter((part): part is string => typeof part === 'string' && part.trim() !== '')
  return parts.length > 0 ? parts.join(' ') : displayname || username
}

function nameOf(entry: StoredEntry): string {
  return entry.details?.subject ?? ''
}

function after(entry: StoredEntry, field: string): unknown {
  return entry.details?.changes?.[field]?.after
}

/** A text or number that the row tells; empty when it tells none. */
function told(entry: StoredEntry, field: string): string {
  const value = after(entry, field)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
