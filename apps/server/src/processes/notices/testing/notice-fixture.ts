import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@lockstep/kernel/clock'
import { assert } from '@lockstep/kernel/assert'
import { parseId } from '@lockstep/kernel/ids'
import { systemActor } from '../../../directory/access/access.rules.ts'
import { createAccessService } from '../../../directory/access/access.service.ts'
import { createBindingService } from '../../../directory/bindings/binding.service.ts'
import { createGroupService } from '../../../directory/groups/group.service.ts'
import type { ChangeOrigin, JournalDraft } from '../../../directory/journal/journal.rules.ts'
import { createJournalService } from '../../../directory/journal/journal.service.ts'
import { createCustomEmailService } from '../../../directory/organization/custom-email.service.ts'
import { createOrganizationService } from '../../../directory/organization/organization.service.ts'
import { createSettingsService } from '../../../directory/settings/settings.service.ts'
import { createUserFactorService } from '../../../directory/user-factors/user-factor.service.ts'
import { createUserLinkService } from '../../../directory/user-sessions/user-link.service.ts'
import { createUserSecurityService } from '../../../directory/users/user-security.service.ts'
import { createUserService } from '../../../directory/users/user.service.ts'
import { createPasswordHasher } from '../../../platform/crypto/password-hash.ts'
import { createVault } from '../../../platform/crypto/vault.ts'
import type { Database } from '../../../platform/db/database.ts'
import { createLeadership } from '../../../platform/db/leadership.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createMailSender } from '../../../platform/mail/mail-sender.ts'
import { parseSmtpUrl } from '../../../platform/mail/smtp-url.ts'
import { createNotices } from '../notice.service.ts'
import { noticeLeadership } from '../notice-sender.ts'

export type NoticeFixture = Awaited<ReturnType<typeof noticeFixture>>

export const publicUrl = 'https://hub.example.com'
export const admin: ChangeOrigin = { actor: systemActor('test'), cause: { kind: 'request' } }

/** The mail room over a real database and a real mail server; without an address, a hub that has none. */
export async function noticeFixture(database: Database, smtpUrl: string | undefined) {
  let nowMs = Date.UTC(2026, 0, 5, 9)
  const clock: Clock & { advance(ms: number): void } = {
    now: () => new Date(nowMs),
    advance: (ms) => void (nowMs += ms),
  }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-notices-'))
  const journal = createJournalService({ database, clock })
  await journal.makePartitions()
  const vault = await createVault({ database, masterKeyFile: join(folder, 'master.key') })
  const settings = createSettingsService({ database, clock })
  const hasher = createPasswordHasher()
  const common = { database, clock, journal, vault, settings, log: silentLog, announce: () => undefined }
  const access = createAccessService({
    ...{ ...common, hasher },
    requiresSecondFactor: async () => false,
    subscribe: () => () => undefined,
  })
  const users = createUserService({ ...common, ...hasher, defaultState: () => 'ACTIVATED' })
  const groups = createGroupService({ ...common, findUsers: (ids) => users.findMany(ids) })
  const organization = createOrganizationService({ ...common, changed: () => undefined })
  const customEmails = createCustomEmailService(common)
  const bindings = createBindingService({
    ...{ ...common, users, groups: { listMemberIds: async () => [] } },
  })
  const userLinks = createUserLinkService(common)
  const factors = createUserFactorService({ ...common, groups })
  const userSecurity = createUserSecurityService({ ...common, users, forgetFactors: factors.removeAll })
  const notices = createNotices({
    ...{ ...common, access, users, userSecurity, factors, groups, organization, customEmails, publicUrl, bindings },
    userLinks,
    mail: smtpUrl === undefined ? undefined : { sender: senderFor(smtpUrl), from: 'hub@example.com' },
  })
  let epoch = 0
  return {
    ...{ clock, journal, access, users, userSecurity, factors, groups, organization, customEmails, notices, vault },
    userLinks,
    /** Sends as the leader of a new term, or of the one before. */
    async send({ isNewTerm = true }: { readonly isNewTerm?: boolean } = {}): Promise<number> {
      if (isNewTerm) epoch = await nextEpoch(database)
      await notices.work.takeBack(epoch)
      return notices.work.sendDue({ epoch, signal: new AbortController().signal })
    },
    /** Writes a row into the journal and lets the mail room see it, as the feed does; again when it is asked again. */
    async happen(draft: JournalDraft, origin: ChangeOrigin = admin): Promise<() => Promise<void>> {
      await journal.record(database, origin, [draft])
      const { items } = await journal.list({ subjectId: draft.subjectId, action: draft.action, limit: 1 })
      const see = (): Promise<void> => notices.work.queueCaused(items.map(({ seq }) => seq))
      await see()
      return see
    },
    /** Lets the mail room see what happened to a subject last. */
    async see(action: string, subjectId: string): Promise<void> {
      const { items } = await journal.list({ subjectId, action, limit: 1 })
      assert(items.length === 1, `the journal has a row ${action}`)
      await notices.work.queueCaused(items.map(({ seq }) => seq))
    },
    async close() {
      await users.close()
      await access.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function senderFor(url: string) {
  const server = parseSmtpUrl(url)
  assert(!('fault' in server), 'the address makes sense')
  return createMailSender({ server, timeoutMs: 2_000 })
}

async function nextEpoch(database: Database): Promise<number> {
  const leadership = createLeadership({ database, log: silentLog, key: noticeLeadership })
  const won = Promise.withResolvers<number>()
  const over = leadership.run(async (lead) => won.resolve(lead.epoch))
  const epoch = await won.promise
  await leadership.stop()
  await over
  return epoch
}

export function anId(): string {
  const id = parseId(randomBytes(12).toString('hex'))
  assert(id !== undefined, 'twelve bytes are an id')
  return id
}
