// Where mails wait, sealed.
import type { NoticeKind } from '@lockstep/contract/hub/notice'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json } from '@lockstep/kernel/json'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { mailsPerHour, type NoticeDraft, type NoticeValues, type Recipient } from './notice.rules.ts'
import * as store from './notice.store.ts'

interface RecentMails {
  readonly recipientId: string
  readonly kind: NoticeKind
}

export interface NoticeBox {
  /** Queues a mail within the transaction of its cause; undefined when the cause has its mail, or the recipient had too many. */
  queue(db: Queryable, draft: NoticeDraft): Promise<string | undefined>
  /** The recipient had as many mails of the kind as an hour allows. */
  hasTooMany(db: Queryable, recent: RecentMails): Promise<boolean>
  /** Notes that a mail was not queued because of that. */
  holdBack(db: Queryable, recent: RecentMails): Promise<void>
  recipientOf(notice: store.StoredNotice): Promise<Pick<Recipient, 'address' | 'name'>>
  /** Undefined once the content was forgotten. */
  valuesOf(notice: store.StoredNotice): Promise<NoticeValues | undefined>
}

export interface NoticeBoxOptions {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly journal: Pick<JournalService, 'record'>
}

/** Whom the journal names for what happens to mails. */
export const noticeOrigin: ChangeOrigin = {
  actor: systemActor('mail room'),
  cause: { kind: 'schedule', text: 'Mails of the hub' },
}

const hourMs = 3_600_000

export function createNoticeBox({ clock, vault, journal }: NoticeBoxOptions): NoticeBox {
  const seal = (id: string, part: string, content: object): Promise<string> =>
    vault.seal(purpose(id, part), Buffer.from(JSON.stringify(content)))
  const open = async (id: string, part: string, sealed: string): Promise<Readonly<Record<string, string>>> => {
    const content = JSON.parse((await vault.open(purpose(id, part), sealed)).toString('utf8')) as Json
    return isJsonObject(content) ? (content as Record<string, string>) : {}
  }
  const hasTooMany: NoticeBox['hasTooMany'] = async (db, recent) => {
    const since = new Date(clock.now().getTime() - hourMs)
    return (await store.countRecent(db, { ...recent, since })) >= mailsPerHour
  }
  const holdBack: NoticeBox['holdBack'] = (db, { recipientId, kind }) =>
    journal.record(db, noticeOrigin, [
      {
        action: 'notice.hold_back',
        subjectKind: 'notice',
        subjectId: recipientId,
        subject: kind,
        changes: { reason: { after: `More than ${mailsPerHour} mails of a kind in an hour to one recipient.` } },
      },
    ])
  return {
    hasTooMany,
    holdBack,
    async queue(db, { kind, recipient, causeKey, values, due }) {
      const recent = { recipientId: recipient.id, kind }
      if (await hasTooMany(db, recent)) {
        await holdBack(db, recent)
        return undefined
      }
      const now = clock.now()
      const id = newId(now.getTime())
      const { address, name } = recipient
      const isNew = await store.insert(db, {
        ...{ id, kind, recipientKind: recipient.kind, recipientId: recipient.id, causeKey },
        recipientSealed: await seal(id, 'recipient', { address, name }),
        contentSealed: await seal(id, 'content', values),
        due: due ?? now,
        created: now,
      })
      return isNew ? id : undefined
    },
    async recipientOf({ id, recipientSealed }) {
      const { address = '', name = '' } = await open(id, 'recipient', recipientSealed)
      return { address, name }
    },
    valuesOf: async ({ id, contentSealed }) =>
      contentSealed === null ? undefined : await open(id, 'content', contentSealed),
  }
}

function purpose(id: string, part: string): string {
  return `notices/${id}/${part}`
}
