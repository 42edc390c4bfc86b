// A real mail server for tests, in this process, that can be told to misbehave.
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { readMail, type ReadMail } from '../dev/src/mail/read-mail.ts'

/** How the server meets the next mails. */
export interface Manners {
  /** The reply to the recipient: a code and words, such as "550 no such mailbox". */
  readonly recipient?: string
  /** The reply to the content. */
  readonly content?: string
  /** Goes away while the content comes. */
  readonly dropsContent?: boolean
  /** Takes the content and answers once this resolves. */
  readonly waits?: () => Promise<void>
  /** Takes the content and never answers; called when it does. */
  readonly hangs?: () => void
}

export interface TakenMail extends ReadMail {
  readonly recipients: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  readonly isEncrypted: boolean
}

export interface MailServer {
  readonly port: number
  readonly url: string
  /** Manners of the next mails, one each; after them the server is as kind as can be. */
  readonly manners: Manners[]
  readonly taken: readonly TakenMail[]
  /** Connections that were opened so far. */
  readonly connections: () => number
  /** Resolves when so many mails were taken. */
  take(count: number): Promise<readonly TakenMail[]>
  stop(): Promise<void>
}

export interface MailServerOptions {
  readonly port?: number
  /** Offers STARTTLS, or TLS from the first byte, with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly implicit?: boolean }
  /** Takes mails of this user alone. */
  readonly user?: { readonly name: string; readonly password: string }
}

/** Starts the server on loopback. */
export async function startMailServer({ port = 0, tls, user }: MailServerOptions = {}): Promise<MailServer> {
  const taken: TakenMail[] = []
  const manners: Manners[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let connections = 0
  let current: Manners = {}
  const options: SMTPServerOptions = {
    logger: false,
    closeTimeout: 50,
    secure: tls?.implicit === true,
    ...(tls ? { key: tls.key, cert: tls.cert } : {}),
    authOptional: user === undefined,
    allowInsecureAuth: tls === undefined,
    disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(user ? [] : ['AUTH'])],
    onConnect(_session, done) {
      connections += 1
      done()
    },
    onAuth(auth, _session, done) {
      if (user !== undefined && auth.username === user.name && auth.password === user.password)
        done(null, { user: user.name })
      else done(refusal('535 5.7.8 Authentication credentials invalid'))
    },
    onRcptTo(_address, _session, done) {
      current = manners.shift() ?? {}
      done(current.recipient === undefined ? null : refusal(current.recipient))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (current.dropsContent) for (const connection of server.connections) connection.close()
      })
      stream.on('end', () => {
        if (current.hangs) return current.hangs()
        if (current.dropsContent) return
        if (current.content !== undefined) return done(refusal(current.content))
        const take = (): void => {
          const raw = Buffer.concat(chunks).toString('latin1')
          const recipients = session.envelope.rcptTo.map(({ address }) => address)
          taken.push({ ...readMail(raw), recipients, raw, isEncrypted: session.secure })
          done()
          for (const each of waiting) if (taken.length >= each.count) each.resolve()
        }
        if (current.waits === undefined) take()
        else void current.waits().then(take)
      })
    },
  }
  const server = new SMTPServer(options)
  // Senders that go away, and those that do not like the certificate.
  server.on('error', () => undefined)
  const listener = server.listen(port, '127.0.0.1')
  await new Promise<void>((resolve) => listener.once('listening', () => resolve()))
  const bound = (listener.address() as AddressInfo).port
  const credentials = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : ''
  return {
    port: bound,
    url: `${tls?.implicit ? 'smtps' : 'smtp'}://${credentials}127.0.0.1:${bound}`,
    manners,
    taken,
    connections: () => connections,
    async take(count) {
      if (taken.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }))
      return taken
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function refusal(reply: string): Error {
  const [code, ...words] = reply.split(' ')
  return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) })
}
