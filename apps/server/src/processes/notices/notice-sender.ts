// Sends what waits: claimed in small batches by the leader, each written into its form, handed over, and its outcome noted.
import type { Clock } from '@lockstep/kernel/clock'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { CustomEmailType, EmailWords } from '../../directory/organization/custom-email.rules.ts'
import type { CustomEmailService } from '../../directory/organization/custom-email.service.ts'
import { requireEpoch } from '../../platform/db/leadership.ts'
import type { Log } from '../../platform/log/log.ts'
import type { MailFailure } from '../../platform/mail/mail-failure.ts'
import type { MailMessage, MailSender } from '../../platform/mail/mail-sender.ts'
import { type NoticeBox, noticeOrigin } from './notice-box.ts'
import type { NoticeCauseOptions } from './notice-cause.ts'
import { layOut } from './notice-layout.rules.ts'
import { giveUpAfterMs, messageIdOf, type NoticeValues, retryDelay } from './notice.rules.ts'
import * as store from './notice.store.ts'
import { withCustomWords, wordsOf } from './notice-words.rules.ts'

export interface NoticeSenderOptions extends Pick<
  NoticeCauseOptions,
  'database' | 'clock' | 'access' | 'users' | 'groups' | 'organization'
> {
  readonly log: Log
  readonly journal: Pick<JournalService, 'record'>
  readonly customEmails: Pick<CustomEmailService, 'find'>
  readonly box: NoticeBox
  readonly sender: MailSender
  /** Whom mails come from. */
  readonly senderAddress: () => Promise<string>
  readonly publicUrl: string
}

export interface NoticeSending {
  readonly epoch: number
  readonly signal: AbortSignal
}

/** Whom the leadership is for. */
export const noticeLeadership = 'notices'

const mailsPerRound = 10
/** As many as the sender keeps connections. */
const lanes = 2
/** How long a mail that is being handed over may still take when the hub is to stop. */
const finishMs = 5_000
const writeRetry = { baseMs: 200, limitMs: 5_000 } as const
const actor = systemActor('mail room')

/** Sends what is due; answers how many mails were in hand. */
export async function sendDue(options: NoticeSenderOptions, sending: NoticeSending): Promise<number> {
  const { database, clock } = options
  const claimed = await database.transaction(async (transaction) => {
    await requireEpoch(transaction, { key: noticeLeadership, epoch: sending.epoch })
    return store.claim(transaction, { epoch: sending.epoch, now: clock.now(), limit: mailsPerRound })
  })
  const left = [...claimed]
  // Once the server is in trouble, the others of the round wait as long as the one that found out.
  let trouble: Date | undefined
  const work = async (): Promise<void> => {
    for (let notice = left.shift(); notice !== undefined; notice = left.shift()) {
      if (trouble !== undefined || sending.signal.aborted) {
        await postpone(options, sending, notice, { due: trouble ?? clock.now(), error: null, tried: null })
        continue
      }
      const outcome = await attempt(options, sending, notice)
      if (outcome.kind === 'server') trouble = retryAt(clock, notice.attempts)
      await note(options, sending, notice, outcome)
    }
  }
  await Promise.all(Array.from({ length: lanes }, work))
  return claimed.length
}

type Outcome = MailFailure | { readonly kind: 'sent' | 'dropped' | 'stopped'; readonly reason?: undefined }

/** Mails that cannot be written or are not needed end here; the others go to the server. */
async function attempt(
  options: NoticeSenderOptions,
  { signal }: NoticeSending,
  notice: store.StoredNotice,
): Promise<Outcome> {
  try {
    const values = await currentValues(options, notice)
    if (values === undefined) return { kind: 'dropped' }
    const expires = values['expires']
    if (expires !== undefined && Date.parse(expires) <= options.clock.now().getTime())
      return { kind: 'permanent', reason: 'The link in this mail has expired. Ask for a new one.' }
    const message = await messageOf(options, notice, values)
    const failure = await withinGrace(signal, (late) => options.sender.send(message, late))
    if (failure !== undefined && signal.aborted) return { kind: 'stopped' }
    return failure ?? { kind: 'sent' }
  } catch (error) {
    options.log.warn({ err: error, notice: notice.id }, 'a mail could not be written and is tried again')
    return { kind: 'temporary', reason: 'The mail could not be written. The log says why.' }
  }
}

/** Broken off in the middle, a mail might arrive and be sent once more: it has some time to come through. */
async function withinGrace<T>(signal: AbortSignal, work: (late: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    timer = setTimeout(() => late.abort(), finishMs)
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    return await work(late.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

/** What the mail says now; undefined when it has nothing to say any more, or nobody to say it to. */
async function currentValues(
  { access, users, groups, box }: NoticeSenderOptions,
  notice: store.StoredNotice,
): Promise<NoticeValues | undefined> {
  const values = await box.valuesOf(notice)
  const { kind, recipientKind, recipientId } = notice
  if (recipientKind === 'administrator') {
    const known = (await access.administratorDetails.list(actor)).find(({ id }) => id === recipientId)
    if (known === undefined || known.suspended) return undefined
  }
  if (recipientKind === 'user' && (await users.findMany([recipientId])).length === 0) return undefined
  if (kind !== 'member_suggestions' || values === undefined) return values
  const groupId = values['groupId'] ?? ''
  const counts = (await groups.suggestionCounts([groupId])).get(groupId)
  if (counts === undefined || counts.add + counts.remove === 0) return undefined
  return { ...values, add: String(counts.add), remove: String(counts.remove) }
}

async function messageOf(
  options: NoticeSenderOptions,
  notice: store.StoredNotice,
  values: NoticeValues,
): Promise<MailMessage> {
  const { organization, publicUrl, senderAddress, box } = options
  const { settings } = await organization.read(actor)
  const text = (name: string): string => (typeof settings[name] === 'string' ? settings[name] : '')
  const recipient = await box.recipientOf(notice)
  const facts = { organization: text('name'), publicUrl, recipientName: recipient.name }
  const placeholders = {
    name: recipient.name,
    email: recipient.address,
    username: values['username'] ?? '',
    organization: facts.organization,
  }
  const words = withCustomWords(
    wordsOf(notice.kind, values, facts),
    await customWords(options, notice, values),
    placeholders,
  )
  const contact = text('contactEmail')
  return {
    ...layOut(words, { organization: facts.organization, disclaimer: text('emailDisclaimer') }),
    messageId: messageIdOf(notice.id, publicUrl),
    // Of the mail, not of the try: a repeated mail is the same mail.
    date: notice.created,
    from: { name: facts.organization, address: await senderAddress() },
    to: recipient,
    ...(contact === '' ? {} : { replyTo: { name: text('contactName'), address: contact } }),
    secrets: [values['token'] ?? ''],
  }
}

/** The organization's own words, for the kinds that it may choose words for. */
async function customWords(
  { customEmails }: NoticeSenderOptions,
  { kind }: store.StoredNotice,
  values: NoticeValues,
): Promise<EmailWords | undefined> {
  if (kind !== 'user_activation') return undefined
  const source = values['source'] ?? ''
  const special: CustomEmailType | undefined = /gapps|gsuite|google/i.test(source)
    ? 'activate_gapps_user'
    : /o365|office|microsoft/i.test(source)
      ? 'activate_o365_user'
      : undefined
  return (special && (await customEmails.find(special))) ?? customEmails.find('activate_user_custom')
}

async function note(
  options: NoticeSenderOptions,
  sending: NoticeSending,
  notice: store.StoredNotice,
  outcome: Outcome,
): Promise<void> {
  const { clock } = options
  const now = clock.now()
  const reason = outcome.reason ?? null
  const isOver = now.getTime() - notice.triedSince.getTime() >= giveUpAfterMs
  if (outcome.kind === 'stopped') return postpone(options, sending, notice, { due: now, error: null, tried: null })
  if ((outcome.kind === 'temporary' || outcome.kind === 'server') && !isOver)
    return postpone(options, sending, notice, {
      due: retryAt(clock, notice.attempts),
      error: outcome.reason,
      tried: now,
    })
  const state = outcome.kind === 'sent' || outcome.kind === 'dropped' ? outcome.kind : 'failed'
  await insistently(options, sending, () =>
    options.database.transaction(async (transaction) => {
      const held = { id: notice.id, epoch: sending.epoch }
      if (!(await store.end(transaction, held, { state, error: reason, now })) || state === 'dropped') return
      await options.journal.record(transaction, noticeOrigin, [
        {
          action: state === 'sent' ? 'notice.send' : 'notice.fail',
          subjectKind: 'notice',
          subjectId: notice.id,
          subject: notice.kind,
          changes: {
            recipientKind: { after: notice.recipientKind },
            recipientId: { after: notice.recipientId },
            attempts: { after: notice.attempts },
            ...(reason === null ? {} : { reason: { after: reason } }),
          },
        },
      ])
    }),
  )
}

function postpone(
  options: NoticeSenderOptions,
  sending: NoticeSending,
  notice: store.StoredNotice,
  next: Parameters<typeof store.postpone>[2],
): Promise<void> {
  const held = { id: notice.id, epoch: sending.epoch }
  return insistently(options, sending, () => store.postpone(options.database, held, next))
}

/** What became of a mail is noted, also when the database is away for a while; a new leader takes the mail back otherwise. */
async function insistently(
  { log }: NoticeSenderOptions,
  { signal }: NoticeSending,
  write: () => Promise<void>,
): Promise<void> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await write()
    } catch (error) {
      if (signal.aborted) throw error
      log.warn({ err: error }, 'what became of a mail was not noted and is tried again')
      await pause(backoffMs(attempts, writeRetry), signal)
    }
  }
}

function retryAt(clock: Clock, attempts: number): Date {
  return new Date(clock.now().getTime() + backoffMs(attempts - 1, retryDelay))
}
