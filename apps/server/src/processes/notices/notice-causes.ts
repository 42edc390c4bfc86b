// What happened, as the journal tells it, becomes mails: which, and to whom. Each row is one transaction, and each mail carries the row (or
// the thing) in its key, so that a row that comes again makes no second mail.
import type { ChosenNoticeKind } from '@lockstep/contract/hub/notice'
import { heldPermissions, systemActor } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin, StoredEntry } from '../../directory/journal/journal.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { after, type Cause, nameOf, type NoticeCauseOptions, told } from './notice-cause.ts'
import { permissionFor, preferencesOf, type Recipient } from './notice.rules.ts'
import * as preferences from './notice-preference.store.ts'
import * as store from './notice.store.ts'
import { userCauses } from './user-notice-causes.ts'

const actor = systemActor('mail room')
const suggestionDelayMs = 60_000
const hourMs = 3_600_000

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
  'integration.refuse_burst': (options, db, entry) =>
    tellAdministrators(options, db, {
      kind: 'integration_refused',
      // One mail a day: a client asks on.
      causeKey: `integration:${entry.subjectId}:${entry.at.toISOString().slice(0, 10)}`,
      values: { integration: nameOf(entry), reason: told(entry, 'reason'), at: entry.at.toISOString() },
    }),
  'directory.agents_silent': tellOfAgents('domain_silent'),
  'directory.agents_back': tellOfAgents('domain_heard'),
  'bulk_job.end': tellStarter,
  'group.suggest': tellContacts,
  ...userCauses,
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

function administrators({ access }: NoticeCauseOptions) {
  return access.administratorDetails.list(actor)
}

function recipientOf({ id, email, name }: { id: string; email: string; name: string }): Recipient {
  return { kind: 'administrator', id, address: email, name: name === email ? '' : name }
}
