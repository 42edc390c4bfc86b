// A mail server that delivers to nobody: it takes every mail and shows it on a page.
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { renderMail, renderMailList } from './mail-page.ts'
import { readMail, type ReadMail } from './read-mail.ts'

export interface SunkMail extends ReadMail {
  readonly number: number
  /** Whom it was handed over for, which the mail itself need not say. */
  readonly recipients: readonly string[]
}

export interface MailSink {
  /** For SMTP_URL. */
  readonly smtpUrl: string
  /** The page that lists the mails; `mails.json` below it is the same for programs. */
  readonly url: string
  /** Oldest first. */
  mails(): readonly SunkMail[]
  close(): Promise<void>
}

const loopback = '127.0.0.1'
const keptMails = 500
const sizeLimitBytes = 5_000_000

/** Starts the server and its page on free ports of this machine. */
export async function startMailSink(): Promise<MailSink> {
  const mails: SunkMail[] = []
  let count = 0
  const smtp = new SMTPServer({
    // Nobody listens on loopback; the certificate that the library would offer is nobody's.
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    size: sizeLimitBytes,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        count += 1
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        mails.push({ ...readMail(Buffer.concat(chunks).toString('latin1')), number: count, recipients })
        if (mails.length > keptMails) mails.shift()
        done()
      })
    },
  })
  // A sender that goes away in the middle is its own affair.
  smtp.on('error', () => undefined)
  const smtpPort = await listening(smtp.listen(0, loopback))
  const page = createServer((request, response) => {
    const { status, type, content } = answer(request.url ?? '/', mails)
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      // A mail loads nothing and runs nothing, whoever wrote it.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'",
      'cache-control': 'no-store',
    })
    response.end(content)
  })
  const pagePort = await listening(page.listen(0, loopback))
  return {
    smtpUrl: `smtp://${loopback}:${smtpPort}`,
    url: `http://${loopback}:${pagePort}`,
    mails: () => [...mails],
    async close() {
      page.closeAllConnections()
      await Promise.all([
        new Promise<void>((resolve) => page.close(() => resolve())),
        new Promise<void>((resolve) => smtp.close(() => resolve())),
      ])
    },
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => resolve((server.address() as AddressInfo).port))
  })
}

interface PageAnswer {
  readonly status: number
  readonly type: 'text/html' | 'application/json' | 'text/plain'
  readonly content: string
}

function answer(path: string, mails: readonly SunkMail[]): PageAnswer {
  if (path === '/') return { status: 200, type: 'text/html', content: renderMailList(mails) }
  if (path === '/mails.json') {
    const content = JSON.stringify(mails.map(({ headers: _, ...mail }) => mail))
    return { status: 200, type: 'application/json', content }
  }
  const [, number, form] = /^\/mails\/(\d{1,9})(\/html)?$/.exec(path) ?? []
  const mail = mails.find((each) => String(each.number) === number)
  if (mail === undefined) return { status: 404, type: 'text/plain', content: 'There is no such mail.' }
  return { status: 200, type: 'text/html', content: form === undefined ? renderMail(mail) : mail.html }
}
