// Where mails are handed over, as SMTP_URL says: `smtp[s]://[USER:PASSWORD@]HOST[:PORT][?tls=required|optional][&from=ADDRESS]`.
//
// Mails carry links that let people in, so they leave this machine encrypted, to a server whose certificate was checked: from the first
// byte (smtps) or after STARTTLS. `tls=optional` takes what the server offers; it is the default on loopback, where nobody listens.
import { isIP } from 'node:net'

/** The server that takes our mails. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** `implicit`: TLS from the first byte; `required`: STARTTLS or nothing; `optional`: STARTTLS where offered, unchecked. */
  readonly encryption: 'implicit' | 'required' | 'optional'
  readonly credentials: { readonly user: string; readonly password: string } | undefined
  /** The sender's address that the URL names. */
  readonly from: string | undefined
}

const submissionPorts = { 'smtp:': 587, 'smtps:': 465 } as const

/** Reads SMTP_URL; answers in words what is wrong with it, which never repeats the password. */
export function parseSmtpUrl(text: string): SmtpServer | { readonly fault: string } {
  if (!URL.canParse(text)) return { fault: 'must be an address such as smtps://user:password@mail.example.com' }
  const url = new URL(text)
  const { protocol, searchParams } = url
  if (protocol !== 'smtp:' && protocol !== 'smtps:') return { fault: 'must begin with smtp:// or smtps://' }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') return { fault: 'names no host' }
  if (url.pathname !== '' && url.pathname !== '/') return { fault: 'has something after the host and port' }
  const unknown = [...searchParams.keys()].find((name) => name !== 'tls' && name !== 'from')
  if (unknown !== undefined) return { fault: `has the unknown parameter ${unknown}; known are tls and from` }
  const tls = searchParams.get('tls') ?? (isLoopback(host) ? 'optional' : 'required')
  if (tls !== 'required' && tls !== 'optional') return { fault: 'has a tls that is neither required nor optional' }
  const credentials = readCredentials(url)
  if (credentials === 'malformed') return { fault: 'has a user or password that is not percent-encoded' }
  const from = searchParams.get('from') ?? undefined
  if (from !== undefined && !isAddress(from)) return { fault: 'has a from that is no e-mail address' }
  return {
    host,
    port:
      url.port === '' ? (isLoopback(host) && protocol === 'smtp:' ? 25 : submissionPorts[protocol]) : Number(url.port),
    encryption: protocol === 'smtps:' ? 'implicit' : tls,
    credentials,
    from: from ?? (credentials && isAddress(credentials.user) ? credentials.user : undefined),
  }
}

function readCredentials({ username, password }: URL): SmtpServer['credentials'] | 'malformed' {
  if (username === '') return undefined
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return 'malformed'
  }
}

function isAddress(text: string): boolean {
  return /^[^\s@<>"]{1,64}@[^\s@<>"]{1,255}$/.test(text)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1'
}
