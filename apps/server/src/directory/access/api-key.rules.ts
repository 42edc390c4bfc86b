import type { JournalDraft } from '../journal/journal.rules.ts'

const dayMs = 24 * 60 * 60 * 1000
const defaultDays = 90
const prefixLength = 8

/** When a new key stops working. */
export function apiKeyExpiry(now: Date, days: number = defaultDays): Date {
  return new Date(now.getTime() + days * dayMs)
}

/** The beginning by which people recognise a key in a list. */
export function apiKeyPrefix(secret: string): string {
  return secret.slice(0, prefixLength)
}

interface JournalledKey {
  readonly id: string
  readonly name: string
  readonly prefix: string
  /** The address of the key's administrator. */
  readonly administrator: string
}

export function apiKeyCreated(key: JournalledKey & { readonly expires: Date | null }): JournalDraft {
  return {
    action: 'api_key.create',
    subjectKind: 'api_key',
    subjectId: key.id,
    subject: key.name,
    changes: {
      prefix: { after: key.prefix },
      administrator: { after: key.administrator },
      ...(key.expires === null ? {} : { expires: { after: key.expires.toISOString() } }),
    },
  }
}

export function apiKeyRevoked(key: JournalledKey): JournalDraft {
  return {
    action: 'api_key.revoke',
    subjectKind: 'api_key',
    subjectId: key.id,
    subject: key.name,
    changes: { prefix: { before: key.prefix }, administrator: { before: key.administrator } },
  }
}
