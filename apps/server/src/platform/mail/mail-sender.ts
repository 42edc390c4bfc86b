import { createTransport } from 'nodemailer'
import { type MailFailure, mailFailure } from './mail-failure.ts'
import type { SmtpServer } from './smtp-url.ts'

/** A mail, ready to be handed over. */
export interface MailMessage {
  /** The same at every try, so that a repeated mail can be recognised: `ID@host`, without angle brackets. */
  readonly messageId: string
  readonly date: Date
  readonly from: MailAddress
  readonly to: MailAddress
  readonly replyTo?: MailAddress
  readonly subject: string
  readonly text: string
  readonly html: string
  /** What no error may repeat: tokens of links, for instance. */
  readonly secrets?: readonly string[]
}

export interface MailAddress {
  readonly name: string
  readonly address: string
}

/** Hands mails to the server; keeps a few connections open between them. */
export interface MailSender {
  readonly server: Pick<SmtpServer, 'host' | 'port' | 'encryption'>
  /** Undefined once the server has taken the mail. Never rejects. */
  send(message: MailMessage, signal?: AbortSignal): Promise<MailFailure | undefined>
  close(): void
}

export interface MailSenderOptions {
  readonly server: SmtpServer
  /** Authorities beside the machine's own. */
  readonly ca?: string
  /** How long the server may take to accept a connection, to greet, and between two of its replies. */
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 20_000
/** Connections are kept for the next mails of a burst; servers limit how many one sender has. */
const connections = 2
const mailsPerConnection = 100
const idleMs = 30_000

/** Opens no connection before the first mail. */
export function createMailSender({ server, ca, timeoutMs = defaultTimeoutMs }: MailSenderOptions): MailSender {
  const { host, port, encryption, credentials } = server
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure: encryption === 'implicit',
    requireTLS: encryption === 'required',
    // Encryption that is optional protects against listeners alone: whoever stands between could take it away anyway.
    tls: { rejectUnauthorized: encryption !== 'optional', ...(ca === undefined ? {} : { ca }) },
    ...(credentials ? { auth: { user: credentials.user, pass: credentials.password } } : {}),
    maxConnections: connections,
    maxMessages: mailsPerConnection,
    // A kept connection that the server has closed meanwhile is replaced once; every other try is the caller's.
    maxRequeues: 1,
    idleTimeout: idleMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  return {
    server: { host, port, encryption },
    async send({ secrets = [], messageId, replyTo, ...message }, signal) {
      try {
        await transport.sendMail({
          ...message,
          ...(replyTo ? { replyTo } : {}),
          messageId: `<${messageId}>`,
          // Machines do not answer with "I am on holiday" (RFC 3834 section 5).
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          textEncoding: 'quoted-printable',
          ...(signal ? { signal } : {}),
        })
        return undefined
      } catch (error) {
        return mailFailure(error, [message.to.address, ...secrets])
      }
    },
    close: () => transport.close(),
  }
}
