import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import {
  chosenNoticeKinds,
  type MailRoom,
  type MailSettings,
  type Notice,
  type NoticeKind,
  type NoticePreferences,
  type NoticeState,
} from '@lockstep/contract/hub/notice'
import type { Page } from '@lockstep/contract/hub/page'
import { newUuid, parseId } from '@lockstep/kernel/ids'
import { requireEmail, requirePermission, systemActor } from '../../directory/access/access.rules.ts'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { SettingsService } from '../../directory/settings/settings.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { MailSender } from '../../platform/mail/mail-sender.ts'
import { createMailSettings } from './mail-settings.service.ts'
import { createNoticeBox } from './notice-box.ts'
import type { NoticeCauseOptions } from './notice-cause.ts'
import { noticeActions, queueCaused } from './notice-causes.ts'
import { tellAskedByGroups } from './asked-by-groups.ts'
import { remindOfExpiry } from './expiry-notices.ts'
import { sendDue, type NoticeSenderOptions, type NoticeSending } from './notice-sender.ts'
import { keptMs, mailHost, preferencesOf } from './notice.rules.ts'
import * as preferences from './notice-preference.store.ts'
import * as store from './notice.store.ts'

export interface NoticeQuery {
  readonly limit?: number
  readonly after?: string
  readonly state?: NoticeState
  readonly kind?: NoticeKind
}

/** The mail room: what is mailed to whom, and how it goes. Refusals are AppErrors. */
export interface NoticeService {
  room(actor: Actor): Promise<MailRoom>
  changeSettings(origin: ChangeOrigin, update: Partial<MailSettings>): Promise<MailRoom>
  /** Newest first. */
  list(actor: Actor, query: NoticeQuery): Promise<Page<Notice>>
  get(actor: Actor, id: string): Promise<Notice>
  /** Tries a mail at once, also one that was given up. Refuses with `notice_over` and `mail_not_set_up`. */
  retry(origin: ChangeOrigin, id: string): Promise<Notice>
  /** Queues a test mail, to who asks unless another address is named. */
  sendTest(origin: ChangeOrigin, to?: string): Promise<Notice>
  /** Asks for the mail with which an administrator chooses a password. Refuses with `mail_not_set_up`. */
  mailPasswordLink(origin: ChangeOrigin, administratorId: string): Promise<void>
  /**
   * Asks for the mail with which a user chooses a password: the welcome mail, or a link to another one. Refuses with `mail_not_set_up`,
   * `user_not_active` and `password_change_elsewhere`.
   */
  mailUserPassword(origin: ChangeOrigin, userId: string): Promise<void>
  /** One's own. */
  preferences(actor: Actor): Promise<NoticePreferences>
  choosePreferences(origin: ChangeOrigin, chosen: Partial<NoticePreferences>): Promise<NoticePreferences>
}

/** The part of the mail room that works by itself. */
export interface NoticeWork {
  /** The actions of the journal that may cause mails. */
  readonly actions: readonly string[]
  queueCaused(seqs: readonly number[]): Promise<void>
  /** Takes back what an earlier leader had in hand. */
  takeBack(epoch: number): Promise<void>
  /** Sends what is due; answers how many mails were in hand. */
  sendDue(sending: NoticeSending): Promise<number>
  /** Queues mails about passwords that are about to expire; run by the clock. */
  remindOfExpiry(): Promise<void>
  /** Queues mails to whom groups ask for a second factor since lately; run by the clock. */
  tellAskedByGroups(): Promise<void>
  removeOld(): Promise<void>
}

export interface NoticeOptions
  extends
    Omit<NoticeCauseOptions, 'box' | 'mailSettings' | 'access' | 'journal'>,
    Pick<NoticeSenderOptions, 'log' | 'customEmails' | 'publicUrl'> {
  readonly journal: NoticeCauseOptions['journal'] & NoticeSenderOptions['journal']
  readonly access: Pick<AccessService, 'administratorDetails' | 'passwordLinks' | 'administrators'>
  readonly userSecurity: Pick<UserSecurityService, 'requestPasswordMail'>
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly settings: SettingsService
  /** Undefined: nowhere to hand mails over, so none is queued. */
  readonly mail: { readonly sender: MailSender; readonly from: string | undefined } | undefined
  /** Called after a commit that changed mails. */
  readonly announce: () => void
}

const defaultPageRows = 50
const removedAtOnce = 500
const reader = systemActor('mail room')

export function createNotices(options: NoticeOptions): NoticeService & { readonly work: NoticeWork } {
  const { database, clock, mail, publicUrl } = options
  const box = createNoticeBox(options)
  const mailSettings = createMailSettings(options)
  const senderAddress = async (): Promise<string> => {
    const { from } = await mailSettings.read(reader)
    return from || mail?.from || `lockstep@${mailHost(publicUrl)}`
  }
  const inner: Inner = { ...options, box, mailSettings, senderAddress }
  return {
    room: (actor) => room(inner, actor),
    async changeSettings(origin, update) {
      await mailSettings.change(origin, update)
      options.announce()
      return room(inner, origin.actor)
    },
    ...mails(inner),
    ...ownPreferences(inner),
    work: {
      actions: noticeActions,
      queueCaused: async (seqs) => {
        // Without a server mails wait nowhere: what happens now is no news later.
        if (mail === undefined) return
        await queueCaused(inner, seqs)
        options.announce()
      },
      takeBack: async (epoch) => void (await store.takeBack(database, epoch)),
      sendDue: (sending) =>
        mail === undefined ? Promise.resolve(0) : sendDue({ ...inner, sender: mail.sender }, sending),
      async remindOfExpiry() {
        if (mail === undefined) return
        await remindOfExpiry(inner)
        options.announce()
      },
      async tellAskedByGroups() {
        if (mail === undefined) return
        if ((await tellAskedByGroups(inner)) > 0) options.announce()
      },
      async removeOld() {
        const before = new Date(clock.now().getTime() - keptMs)
        while ((await store.removeOld(database, before, removedAtOnce)) === removedAtOnce);
      },
    },
  }
}

interface Inner
  extends
    Omit<NoticeOptions, 'mail'>,
    Pick<NoticeCauseOptions, 'box' | 'mailSettings'>,
    Pick<NoticeSenderOptions, 'senderAddress'> {
  readonly mail: NoticeOptions['mail']
}

async function room(
  { database, mail, mailSettings, senderAddress, publicUrl }: Inner,
  actor: Actor,
): Promise<MailRoom> {
  const settings = await mailSettings.read(actor)
  const { waiting, failed, lastSent, trouble } = await store.figures(database)
  const { host, port, encryption } = mail?.sender.server ?? {}
  return {
    isSetUp: mail !== undefined,
    ...(host === undefined ? {} : { server: `${host}:${port}` }),
    ...(encryption === undefined ? {} : { encryption }),
    sender: await senderAddress(),
    publicUrl,
    settings,
    waiting,
    failed,
    ...(lastSent === null ? {} : { lastSent: lastSent.toISOString() }),
    ...(trouble === null ? {} : { trouble }),
  }
}

type MailCase = 'list' | 'get' | 'retry' | 'sendTest' | 'mailPasswordLink' | 'mailUserPassword'

function mails(inner: Inner): Pick<NoticeService, MailCase> {
  const { database, clock, journal, access, userSecurity, mail, announce } = inner
  const find = async (id: string): Promise<store.StoredNotice> => {
    const notice = await store.find(database, parseId(id) ?? '')
    if (notice === undefined) throw new AppError('not_found', { field: 'id' })
    return notice
  }
  return {
    async list(actor, query) {
      requirePermission(actor, 'settings.read')
      const { limit = defaultPageRows, state, kind, after = '' } = query
      const found = await store.list(database, { state, kind, afterId: after, limit: limit + 1 })
      const items = await Promise.all(found.slice(0, limit).map((notice) => render(inner, notice)))
      const last = items.at(-1)
      const total = await store.count(database, { state, kind })
      return { items, total, ...(found.length > limit && last ? { next: last.id } : {}) }
    },
    async get(actor, id) {
      requirePermission(actor, 'settings.read')
      return render(inner, await find(id))
    },
    async retry(origin, id) {
      requirePermission(origin.actor, 'settings.write')
      requireMail(mail)
      const notice = await find(id)
      await database.transaction(async (transaction) => {
        if (!(await store.retry(transaction, notice.id, clock.now()))) throw new AppError('notice_over')
        await journal.record(transaction, origin, [
          { action: 'notice.retry', subjectKind: 'notice', subjectId: notice.id, subject: notice.kind },
        ])
      })
      announce()
      return render(inner, await find(id))
    },
    sendTest: async (origin, to) => render(inner, await find(await queueTest(inner, origin, to))),
    async mailPasswordLink(origin, administratorId) {
      requirePermission(origin.actor, 'administrators.write')
      requireMail(mail)
      await access.administrators.requestActivation(origin, administratorId)
      announce()
    },
    async mailUserPassword(origin, userId) {
      requirePermission(origin.actor, 'users.write')
      requireMail(mail)
      await userSecurity.requestPasswordMail(origin, userId)
    },
  }
}

async function queueTest(inner: Inner, origin: ChangeOrigin, to: string | undefined): Promise<string> {
  const { database, mail, box, announce } = inner
  const { actor } = origin
  requirePermission(actor, 'settings.write')
  requireMail(mail)
  if (to === undefined && actor.kind !== 'administrator')
    throw new AppError('invalid_request', { field: 'to', detail: 'to: name an address; a program has none.' })
  const isOwn = to === undefined && actor.kind === 'administrator'
  const id = await database.transaction((transaction) =>
    box.queue(transaction, {
      kind: 'test',
      // Limited by who asks, whomever it goes to.
      recipient: {
        kind: isOwn ? 'administrator' : 'contact',
        id: actor.id,
        address: to === undefined ? actor.name : requireEmail(to),
        name: '',
      },
      causeKey: `test:${newUuid()}`,
      values: { requestedBy: actor.name },
    }),
  )
  if (id === undefined) throw new AppError('throttled', { retryAfterSeconds: 3600 })
  announce()
  return id
}

function requireMail(mail: NoticeOptions['mail']): void {
  if (mail === undefined) throw new AppError('mail_not_set_up')
}

function ownPreferences({ database, journal }: Inner): Pick<NoticeService, 'preferences' | 'choosePreferences'> {
  const requirePerson = (actor: Actor): string => {
    if (actor.kind !== 'administrator') throw new AppError('session_needed')
    return actor.id
  }
  return {
    preferences: async (actor) => preferencesOf(await preferences.find(database, requirePerson(actor))),
    choosePreferences(origin, chosen) {
      const id = requirePerson(origin.actor)
      return database.transaction(async (transaction) => {
        const before = preferencesOf(await preferences.find(transaction, id))
        const after = preferencesOf({ ...before, ...chosen })
        const changed = chosenNoticeKinds.filter((kind) => before[kind] !== after[kind])
        if (changed.length === 0) return after
        await preferences.save(transaction, id, after)
        await journal.record(transaction, origin, [
          {
            action: 'administrator.choose_mails',
            subjectKind: 'administrator',
            subjectId: id,
            subject: origin.actor.name,
            changes: Object.fromEntries(
              changed.map((kind) => [`mails.${kind}`, { before: before[kind], after: after[kind] }]),
            ),
          },
        ])
        return after
      })
    },
  }
}

async function render({ box }: Inner, notice: store.StoredNotice): Promise<Notice> {
  const { id, kind, state, recipientKind, recipientId, attempts, lastError, created, due, ended } = notice
  const { address } = await box.recipientOf(notice)
  return {
    ...{ id, kind, state, recipientKind, recipientId, recipient: address, attempts },
    ...(lastError === null ? {} : { lastError }),
    created: created.toISOString(),
    ...(state === 'waiting' ? { due: due.toISOString() } : {}),
    ...(ended === null ? {} : { ended: ended.toISOString() }),
  }
}
