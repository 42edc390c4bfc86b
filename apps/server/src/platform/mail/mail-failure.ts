/**
 * What a failure to hand over a mail means.
 *
 * - `permanent`: the server refuses this mail for good (5xx to its recipient or content, RFC 5321 section 4.2.1)
 * - `temporary`: the server does not take this mail now (4xx)
 * - `server`: nothing to do with the mail: no connection, no encryption, not let in; the next mail would fare alike
 */
export interface MailFailure {
  readonly kind: 'permanent' | 'temporary' | 'server'
  /** For administrators; names neither the recipient nor a link. */
  readonly reason: string
}

interface SmtpError {
  readonly message: string
  readonly code?: unknown
  readonly command?: unknown
  readonly responseCode?: unknown
  readonly response?: unknown
}

/** Replies that say "log in first" or "encrypt first" where the envelope was sent (RFC 4954 section 6, RFC 3207 section 4). */
const accessCodes = [530, 534, 535, 538]
const envelopeOrContent = /^(MAIL FROM|RCPT TO|DATA|BDAT)/
const reasonLength = 500

/** Reads what the library threw. */
export function mailFailure(error: unknown, secrets: readonly string[]): MailFailure {
  const { message, code, command, responseCode, response }: SmtpError =
    error instanceof Error ? error : { message: String(error) }
  const reason = scrub(typeof response === 'string' && response !== '' ? response : message, secrets)
  const status = typeof responseCode === 'number' ? responseCode : 0
  const isAboutMail =
    (typeof command === 'string' && envelopeOrContent.test(command)) || code === 'EENVELOPE' || code === 'EMESSAGE'
  if (!isAboutMail || accessCodes.includes(status)) return { kind: 'server', reason: `${stage(code)}${reason}` }
  // An address that cannot be put into an envelope never reaches the server.
  if (status >= 500 || (status === 0 && code === 'EENVELOPE')) return { kind: 'permanent', reason }
  return { kind: status === 0 ? 'server' : 'temporary', reason }
}

function stage(code: unknown): string {
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'The mail server does not accept the user and password: '
  if (code === 'ETLS') return 'No encrypted connection to the mail server: '
  if (code === 'EDNS') return 'The name of the mail server is not known: '
  if (code === 'ETIMEDOUT') return 'The mail server does not answer: '
  return 'No connection to the mail server: '
}

/** Servers repeat in their replies whom a mail is for, and links that they dislike. */
function scrub(text: string, secrets: readonly string[]): string {
  let clean = text.replaceAll(/https?:\/\/\S+/gi, '[link]')
  for (const secret of secrets)
    if (secret !== '')
      clean = clean.replaceAll(new RegExp(secret.replaceAll(/[^\w@]/g, String.raw`\$&`), 'gi'), '[recipient]')
  return clean.replaceAll(/\s+/g, ' ').trim().slice(0, reasonLength)
}
