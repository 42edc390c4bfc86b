// Mails to users: how they come to a password, and what happens to it.
import { systemActor } from '../../directory/access/access.rules.ts'
import type { StoredEntry } from '../../directory/journal/journal.rules.ts'
import type { LinkPurpose } from '../../directory/user-sessions/user-link.service.ts'
import { isDelegated, passwordAuthority } from '../../directory/users/password-authority.rules.ts'
import { passwordStatus } from '../../directory/users/password-status.rules.ts'
import { nameOfUser } from '../../directory/users/user-name.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { after, type Cause, type NoticeCauseOptions, told } from './notice-cause.ts'
import type { NoticeDraft, Recipient } from './notice.rules.ts'
import * as store from './notice.store.ts'

const actor = systemActor('mail room')
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const people: ReadonlySet<string> = new Set(['administrator', 'service_account'])

/** What happens to users and is told to them, by the action of the journal. */
export const userCauses: Readonly<Record<string, Cause>> = {
  'user.create': welcome,
  'user.activate': welcome,
  'user.bind': tellBoundUser,
  // Of those who are bound through a group nothing is told before their account is there.
  'account.create': tellBoundUser,
  'account.take_over': tellBoundUser,
  'user.request_activation': activate,
  'user.forget_password': sendPasswordLink,
  'user.choose_password': tellOfChange,
  'user.sign_in_failed': tellOfLock,
  'user.request_password_link': sendPasswordLink,
  'user.require_second_factor': askForSecondFactor,
  'user.reset_second_factor': tellOfReset,
}

/**
 * A user whom a person made without a password, or activated after they were staged. Those who come from directories have theirs there, and
 * who activates by an interface says themselves whether a mail is to go out.
 */
async function welcome(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  if (!people.has(entry.actorKind)) return
  const wasStaged = entry.details?.changes?.['state']?.before === 'STAGED'
  if (entry.action === 'user.activate' && !(wasStaged && entry.details?.via === 'session')) return
  const { welcomesNewUsers } = await options.mailSettings.read(actor)
  if (welcomesNewUsers) await activate(options, db, entry)
}

/** Users whom a person bound to a directory: the active ones are told, those without a password are invited to choose one. */
async function tellBoundUser(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { mailSettings, clock, box, publicUrl } = options
  if (entry.action === 'user.bind' && !people.has(entry.actorKind)) return
  const [key = ''] = Object.keys(entry.details?.changes ?? {})
  const directory = key.slice(key.indexOf(':') + 1)
  const user = await activeUser(options, entry)
  if (user === undefined || directory === '') return
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
    recipient: recipientOf(user),
    causeKey: `${prefix}${entry.seq}`,
    values: {
      directory,
      username: user.username,
      // Of whose password a directory has the authority, the hub hands nothing on.
      ...(passwordAuthority(user) === undefined ? { url: `${publicUrl}/portal` } : {}),
    },
  })
}

/** The link to the first password; one who has a password, or has it elsewhere, needs none. */
async function activate(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { mailSettings, clock, publicUrl } = options
  const user = await activeUser(options, entry)
  if (user === undefined || user.activated || passwordAuthority(user) !== undefined || isDelegated(user)) return
  const asked = after(entry, 'activationEmail')
  const prefix = `activation:${user.id}:`
  // Made, and bound to several directories at once: one invitation is enough.
  const isAsked = entry.action === 'user.request_activation'
  if (!isAsked && (await store.findByCause(db, prefix, new Date(clock.now().getTime() - dayMs))) !== undefined) return
  const { activationUrl, activationLinkDays } = await mailSettings.read(actor)
  const recipient = recipientOf(user)
  await queueWithLink(options, db, {
    ...{ user, purpose: 'activation', lifetimeMs: activationLinkDays * dayMs },
    draft: {
      kind: 'user_activation',
      recipient: typeof asked === 'string' && asked !== '' ? { ...recipient, address: asked } : recipient,
      causeKey: `${prefix}${entry.seq}`,
      values: {
        username: user.username,
        url: activationUrl === '' ? `${publicUrl}/portal/activate` : activationUrl,
        source: typeof user.attributes['creationSource'] === 'string' ? user.attributes['creationSource'] : '',
      },
    },
  })
}

/** Whose password a directory has the authority over is told where to change it. */
async function sendPasswordLink(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const user = await activeUser(options, entry)
  if (user === undefined) return
  const draft = {
    kind: 'user_password',
    recipient: recipientOf(user),
    causeKey: `forgotten:${user.id}:${entry.seq}`,
  } as const
  const values = {
    username: user.username,
    asker: entry.action === 'user.request_password_link' ? 'administrator' : 'user',
  }
  const authority = await authorityName(options, user)
  if (authority !== undefined)
    return void (await options.box.queue(db, { ...draft, values: { ...values, directory: authority } }))
  await queueWithLink(options, db, {
    ...{ user, purpose: 'password', lifetimeMs: hourMs },
    draft: { ...draft, values: { ...values, url: `${options.publicUrl}/portal/password-link` } },
  })
}

async function tellOfChange(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const user = await activeUser(options, entry)
  if (user === undefined) return
  await options.box.queue(db, {
    kind: 'user_password_changed',
    recipient: recipientOf(user),
    causeKey: `changed:${user.id}:${entry.seq}`,
    values: { username: user.username, at: entry.at.toISOString(), browser: told(entry, 'browser') },
  })
}

async function askForSecondFactor(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const { tellsAskedUsers } = await options.mailSettings.read(actor)
  const user = tellsAskedUsers ? await activeUser(options, entry) : undefined
  if (user !== undefined) await tellOfDemand(options, db, { user, cause: String(entry.seq) })
}

/** Asks a user to set up a second factor; who has one already has nothing to do. */
export async function tellOfDemand(
  { box, factors, publicUrl, clock }: NoticeCauseOptions,
  db: Queryable,
  { user, cause }: { readonly user: User; readonly cause: string },
): Promise<void> {
  const { authenticator, passkeys, requiredFrom: from } = await factors.standing(user)
  if (authenticator !== null || passkeys > 0 || from === null) return
  await box.queue(db, {
    kind: 'user_second_factor_asked',
    recipient: recipientOf(user),
    causeKey: `second-factor:${user.id}:${cause}`,
    values: {
      username: user.username,
      url: `${publicUrl}/portal/security`,
      ...(from > clock.now() ? { until: from.toISOString() } : {}),
    },
  })
}

/** Not a thing to be switched off: who did not ask for it has to hear of it. */
async function tellOfReset(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const user = await activeUser(options, entry)
  if (user === undefined) return
  const { requiredFrom: from } = await options.factors.standing(user)
  await options.box.queue(db, {
    kind: 'user_second_factor_reset',
    recipient: recipientOf(user),
    causeKey: `second-factor:${user.id}:${entry.seq}`,
    values: {
      username: user.username,
      url: `${options.publicUrl}/portal/security`,
      at: entry.at.toISOString(),
      ...(from === null ? {} : { from: from.toISOString() }),
    },
  })
}

async function tellOfLock(options: NoticeCauseOptions, db: Queryable, entry: StoredEntry): Promise<void> {
  const until = told(entry, 'lockedUntil')
  const user = until === '' ? undefined : await activeUser(options, entry)
  if (user === undefined) return
  await options.box.queue(db, {
    kind: 'user_locked',
    recipient: recipientOf(user),
    // Racing guesses lock once.
    causeKey: `locked:${user.id}:${until}`,
    values: { username: user.username, until },
  })
}

/** How soon a password expires, with what of the user says who is to be told how. */
export interface ExpiringPassword {
  readonly user: User
  readonly expires: Date
  readonly days: number
}

/** Tells of a password that is about to expire: once for each of the days that the organization chose. */
export async function tellOfExpiry(
  options: NoticeCauseOptions,
  db: Queryable,
  { user, expires, days }: ExpiringPassword,
): Promise<void> {
  const { publicUrl, clock } = options
  const causeKey = `expiry:${user.id}:${expires.toISOString()}:${days}`
  if ((await store.findByCause(db, causeKey, new Date(0))) !== undefined) return
  const directory = await authorityName(options, user)
  const draft = { kind: 'user_password_expiry', recipient: recipientOf(user), causeKey } as const
  const values = { username: user.username, at: expires.toISOString() }
  if (directory === undefined)
    return void (await options.box.queue(db, { ...draft, values: { ...values, url: `${publicUrl}/portal` } }))
  await queueWithLink(options, db, {
    ...{ user, purpose: 'expiry', lifetimeMs: Math.max(dayMs, expires.getTime() - clock.now().getTime()) },
    draft: { ...draft, values: { ...values, directory, url: `${publicUrl}/portal/password-link` } },
  })
}

interface LinkedMail {
  readonly user: User
  readonly purpose: LinkPurpose
  readonly lifetimeMs: number
  readonly draft: NoticeDraft
}

/** A new link ends the one before, which may be on its way: none is made for a mail that is not to be sent. */
async function queueWithLink(
  { box, userLinks }: NoticeCauseOptions,
  db: Queryable,
  { user, purpose, lifetimeMs, draft }: LinkedMail,
): Promise<void> {
  if ((await store.findByCause(db, draft.causeKey, new Date(0))) !== undefined) return
  const recent = { recipientId: user.id, kind: draft.kind }
  if (await box.hasTooMany(db, recent)) return box.holdBack(db, recent)
  const link = await userLinks.issue(db, { userId: user.id, purpose, lifetimeMs })
  await box.queue(db, { ...draft, values: { ...draft.values, ...link } })
}

async function activeUser({ users }: NoticeCauseOptions, entry: StoredEntry): Promise<User | undefined> {
  const [user] = await users.findMany([entry.subjectId])
  return user?.state === 'ACTIVATED' ? user : undefined
}

/** What the authority over the user's password is called; undefined where that is the hub. */
async function authorityName({ bindings }: NoticeCauseOptions, user: User): Promise<string | undefined> {
  const authority = passwordAuthority(user)
  if (authority === undefined) return undefined
  const directory = (await bindings.directories(actor)).find(({ id }) => id === authority.id)
  return directory?.name ?? 'the system that manages it'
}

function recipientOf(user: User): Recipient {
  return { kind: 'user', id: user.id, address: user.email, name: nameOfUser(user) }
}
