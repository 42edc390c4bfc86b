// Mails of the hub: what may become of one, and who gets which.
//
//   waiting   for its turn, or for another try
//   sending   in the hands of the leader whose epoch it carries; a later leader takes it back
//   sent      the mail server took it
//   failed    refused for good, or tried for a day; a person may have it tried again
//   dropped   not needed any more when its turn came
//
// A mail is sent at least once: a hub that dies between handing it over and noting so sends it again, under the same Message-ID.
import type { Permission } from '@lockstep/contract/access'
import {
  type ChosenNoticeKind,
  chosenNoticeKinds,
  type NoticeKind,
  type NoticePreferences,
} from '@lockstep/contract/hub/notice'

export interface Recipient {
  readonly kind: 'administrator' | 'user' | 'contact'
  /** The administrator or user; for a contact the group or the organization. */
  readonly id: string
  readonly address: string
  readonly name: string
}

/** What a mail says, in values; the words are found when it is sent. */
export type NoticeValues = Readonly<Record<string, string>>

/** A mail to be queued. */
export interface NoticeDraft {
  readonly kind: NoticeKind
  readonly recipient: Recipient
  /** One key makes one mail. */
  readonly causeKey: string
  readonly values: NoticeValues
  /** Not before this time. */
  readonly due?: Date
}

/** A mail that could not be sent in this time is given up. */
export const giveUpAfterMs = 24 * 3_600_000
/** More mails of one kind to one recipient in an hour are not queued. */
export const mailsPerHour = 10
export const keptMs = 30 * 86_400_000

/** When a mail is tried again after so many tries that failed: from ten seconds to half an hour. */
export const retryDelay = { baseMs: 10_000, limitMs: 30 * 60_000 } as const

interface ChosenKind {
  /** Who cannot do anything about it is not told. */
  readonly permission: Permission
  readonly isDefault: boolean
}

const chosenKinds: Readonly<Record<ChosenNoticeKind, ChosenKind>> = {
  plan_held: { permission: 'plans.release', isDefault: true },
  integration_refused: { permission: 'integrations.write', isDefault: true },
  domain_silent: { permission: 'directories.write', isDefault: true },
  domain_heard: { permission: 'directories.write', isDefault: true },
  // Whoever began a job mostly watches it.
  bulk_job_ended: { permission: 'users.read', isDefault: false },
}

export function permissionFor(kind: ChosenNoticeKind): Permission {
  return chosenKinds[kind].permission
}

/** What an administrator chose, with defaults for the rest. */
export function preferencesOf(stored: unknown): NoticePreferences {
  const chosen = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  return Object.fromEntries(
    chosenNoticeKinds.map((kind) => {
      const choice = chosen[kind]
      return [kind, typeof choice === 'boolean' ? choice : chosenKinds[kind].isDefault]
    }),
  ) as NoticePreferences
}

/** The Message-ID of a mail, the same at every try. */
export function messageIdOf(noticeId: string, publicUrl: string): string {
  return `${noticeId}@${mailHost(publicUrl)}`
}

/** A host name for addresses and Message-IDs; an IP address is none. */
export function mailHost(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return /^[\d.]+$|^\[/.test(hostname) ? 'localhost' : hostname
}
