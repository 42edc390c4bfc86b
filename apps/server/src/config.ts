import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseSmtpUrl, type SmtpServer } from './platform/mail/smtp-url.ts'

/** What the environment says, checked. Secrets are apart, so that the rest may be logged. */
export interface Config {
  readonly dataFolder: string
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  readonly databaseUrl: string | undefined
  readonly masterKeyFile: string
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly trustedProxy: string | undefined
  /** How often users' sign-ins from one address may fail within an hour before everybody there has to wait. */
  readonly portalFailuresPerAddress: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Schemas and types of resources that are declared at every start. */
  readonly scimSchemasFile: string | undefined
  /** The address of an administrator whose second factor is taken away at the start. */
  readonly resetSecondFactorOf: string | undefined
  readonly secrets: {
    readonly adminEmail: string | undefined
    readonly adminPassword: string | undefined
    readonly apiKey: string | undefined
    /** Where mails are handed over. */
    readonly smtp: SmtpServer | undefined
  }
}

/** A variable that does not make sense; the message names it and says what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
const highestPort = 65_535
/** Fewer would shut out a family behind one router, and more are no limit. */
const failuresPerAddress = { least: 20, most: 100_000, usual: 300 } as const

/** Reads the variables of the operating contract. An empty variable counts as absent. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  const port = readPort(read('LOCKSTEP_PORT'))
  const host = read('LOCKSTEP_HOST') ?? '127.0.0.1'
  const tls = readTls(read('LOCKSTEP_TLS_CERT_FILE'), read('LOCKSTEP_TLS_KEY_FILE'))
  const trustedProxy = read('LOCKSTEP_TRUSTED_PROXY')
  if (tls === undefined && trustedProxy === undefined && !isLoopback(host))
    throw new ConfigError(
      `LOCKSTEP_HOST is ${host}: without TLS the hub listens on loopback only. Set LOCKSTEP_TLS_CERT_FILE and LOCKSTEP_TLS_KEY_FILE, or name the proxy that ends TLS in LOCKSTEP_TRUSTED_PROXY.`,
    )
  const dataFolder = resolve(read('LOCKSTEP_DATA') ?? './data')
  const logLevel = logLevels.find((level) => level === (read('LOCKSTEP_LOG_LEVEL') ?? 'info'))
  if (logLevel === undefined) throw new ConfigError(`LOCKSTEP_LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
  return {
    dataFolder,
    host,
    port,
    publicUrl:
      readPublicUrl(read('LOCKSTEP_PUBLIC_URL')) ??
      `${tls ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    databaseUrl: readDatabaseUrl(read('DATABASE_URL')),
    masterKeyFile: resolve(read('LOCKSTEP_MASTER_KEY_FILE') ?? `${dataFolder}/master.key`),
    tls,
    trustedProxy,
    portalFailuresPerAddress: readFailures(read('LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS')),
    logLevel,
    scimSchemasFile: readPath(read('LOCKSTEP_SCIM_SCHEMAS_FILE')),
    resetSecondFactorOf: read('LOCKSTEP_RESET_SECOND_FACTOR'),
    secrets: {
      adminEmail: read('LOCKSTEP_ADMIN_EMAIL'),
      adminPassword: env['LOCKSTEP_ADMIN_PASSWORD'] || undefined,
      apiKey: read('LOCKSTEP_API_KEY'),
      smtp: readSmtpUrl(read('SMTP_URL')),
    },
  }
}

function readPath(text: string | undefined): string | undefined {
  return text === undefined ? undefined : resolve(text)
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? '8080')
  if (!/^[0-9]+$/.test(text ?? '8080') || port > highestPort)
    throw new ConfigError(`LOCKSTEP_PORT is "${text}": it must be a number from 0 to ${highestPort}.`)
  return port
}

function readFailures(text: string | undefined): number {
  const { least, most, usual } = failuresPerAddress
  const failures = Number(text ?? usual)
  if (!Number.isInteger(failures) || failures < least || failures > most)
    throw new ConfigError(
      `LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS is "${text}": it must be a whole number from ${least} to ${most}.`,
    )
  return failures
}

function readTls(certFile: string | undefined, keyFile: string | undefined): Config['tls'] {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined)
    throw new ConfigError('LOCKSTEP_TLS_CERT_FILE is missing: HTTPS needs the certificate as well as the key.')
  if (keyFile === undefined)
    throw new ConfigError('LOCKSTEP_TLS_KEY_FILE is missing: HTTPS needs the key as well as the certificate.')
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new ConfigError(`LOCKSTEP_PUBLIC_URL is "${text}": it must be an address such as https://hub.example.com.`)
  return text.replace(/\/+$/, '')
}

function readDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^postgres(ql)?:/.test(text))
    throw new ConfigError('DATABASE_URL must be an address such as postgresql://user@host:5432/lockstep.')
  return text
}

function readSmtpUrl(text: string | undefined): SmtpServer | undefined {
  if (text === undefined) return undefined
  const server = parseSmtpUrl(text)
  if ('fault' in server) throw new ConfigError(`SMTP_URL ${server.fault}.`)
  return server
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host)
}
