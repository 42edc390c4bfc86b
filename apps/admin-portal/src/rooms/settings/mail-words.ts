import type { MailRoom, Notice, NoticeState } from '@lockstep/contract/hub/notice'

type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey'

const states: Readonly<Record<NoticeState, { readonly label: string; readonly tone: Tone }>> = {
  waiting: { label: 'Waiting', tone: 'blue' },
  sending: { label: 'Being sent', tone: 'blue' },
  sent: { label: 'Sent', tone: 'green' },
  failed: { label: 'Not sent', tone: 'red' },
  dropped: { label: 'Not needed any more', tone: 'grey' },
}

/** A waiting mail that failed once needs a look. */
export function noticeState({ state, lastError }: Pick<Notice, 'state' | 'lastError'>): {
  readonly label: string
  readonly tone: Tone
} {
  return state === 'waiting' && lastError !== undefined ? { label: 'Tried again later', tone: 'amber' } : states[state]
}

/** How the sending of mails is, with the reason. */
export function mailHealth(room: MailRoom): { readonly light: 'green' | 'amber' | 'red'; readonly reason: string } {
  if (!room.isSetUp)
    return {
      light: 'amber',
      reason: 'Not set up: no mail is sent. Links for administrators are shown to whoever makes them.',
    }
  if (room.trouble !== undefined) return { light: 'red', reason: room.trouble }
  if (isThisMachine(room.publicUrl))
    return {
      light: 'amber',
      reason:
        'Links in mails lead to the machine of whoever opens them. Set LOCKSTEP_PUBLIC_URL to the hub’s own address.',
    }
  if (room.lastSent === undefined) return { light: 'amber', reason: 'No mail was sent yet. Send a test mail.' }
  return { light: 'green', reason: 'Mails are sent.' }
}

/** An address that means another machine for everybody who reads it. */
function isThisMachine(url: string): boolean {
  return /^https?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(url)
}

const encryptions: Readonly<Record<NonNullable<MailRoom['encryption']>, string>> = {
  implicit: 'TLS, the server is checked',
  required: 'STARTTLS, the server is checked',
  optional: 'Only where the server offers it',
}

export function encryptionWords(encryption: MailRoom['encryption']): string {
  return encryption === undefined ? '' : encryptions[encryption]
}
