// The hub as a program: starts the database, serves until it is told to stop. Standard output carries only the lines of the
// operating contract; everything else goes to standard error as structured log.
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AppError } from '@lockstep/contract/app-error'
import { systemClock } from '@lockstep/kernel/clock'
import { type Config, ConfigError, isLoopback, readConfig } from './config.ts'
import { type Context, createContext } from './context.ts'
import { FirstStartError } from './directory/access/first-start.rules.ts'
import { createDatabase, type Database } from './platform/db/database.ts'
import { DatabaseUnavailable } from './platform/db/database-error.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/db/embedded.ts'
import { servePortal } from './platform/http/portal-files.ts'
import { createLog } from './platform/log/log.ts'
import { createMailSender } from './platform/mail/mail-sender.ts'
import { readScimSchemasFile } from './scim-schemas-file.ts'

const version = '0.1.0'
const portals = [
  { prefix: '/admin', folder: fileURLToPath(new URL('../../admin-portal/dist', import.meta.url)) },
  { prefix: '/portal', folder: fileURLToPath(new URL('../../user-portal/dist', import.meta.url)) },
]
const parentCheckMs = 500

/** What is running, so that it can be ended from wherever the start has come to. */
interface Running {
  context?: Context
  database?: Database
  postgres?: EmbeddedPostgres
}

const running: Running = {}
let starting: Promise<void> = Promise.resolve()
let stopping: Promise<void> | undefined

async function stopAll(): Promise<void> {
  await running.context?.stop()
  await running.database?.close()
  await running.postgres?.stop()
}

function stop(exitCode: number): void {
  // What is being started is let finish first: a half-started database could not be stopped in order.
  stopping ??= starting
    .catch(() => undefined)
    .then(stopAll)
    .then(
      () => process.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(
          `The hub did not stop cleanly: ${error instanceof Error ? error.message : String(error)}\n`,
        )
        process.exit(1)
      },
    )
}

async function start(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel })
  if (config.databaseUrl === undefined)
    running.postgres = await startEmbeddedPostgres({ dataFolder: config.dataFolder, log })
  const connection = running.postgres?.connection ?? { connectionString: config.databaseUrl }
  const database = createDatabase({ connection, log })
  running.database = database
  await database.query({ text: 'select 1' })
  const tls = config.tls && { cert: await readFile(config.tls.certFile), key: await readFile(config.tls.keyFile) }
  const { smtp } = config.secrets
  if (smtp?.encryption === 'optional' && !isLoopback(smtp.host))
    log.warn({ host: smtp.host }, 'mails may leave this machine unencrypted, as SMTP_URL says with tls=optional')
  const context = await createContext({
    database,
    log,
    clock: systemClock,
    masterKeyFile: config.masterKeyFile,
    version,
    publicUrl: config.publicUrl,
    mail: smtp && { sender: createMailSender({ server: smtp }), from: smtp.from },
    portalFailuresPerAddress: config.portalFailuresPerAddress,
    servesTls: tls !== undefined,
    http: { ...(tls ? { tls } : {}), ...(config.trustedProxy ? { trustedProxy: config.trustedProxy } : {}) },
  })
  running.context = context
  await declareFrom(config.scimSchemasFile, context)
  const { adminEmail: email, adminPassword: password, apiKey } = config.secrets
  const bootstrap = await context.access.accessBootstrap({
    ...(email ? { email } : {}),
    ...(password ? { password } : {}),
    ...(apiKey ? { apiKey } : {}),
  })
  if (config.resetSecondFactorOf !== undefined) {
    const isReset = await context.access.secondFactors.resetFromMachine(config.resetSecondFactorOf)
    log.warn(
      isReset
        ? 'a second factor was taken away, as LOCKSTEP_RESET_SECOND_FACTOR says'
        : 'LOCKSTEP_RESET_SECOND_FACTOR names nobody with a second factor',
    )
  }
  for (const portal of portals) if (existsSync(portal.folder)) await servePortal(context.http.fastify, portal)
  // Most people are no administrators.
  const home = portals.findLast(({ folder }) => existsSync(folder))?.prefix ?? '/admin'
  context.http.fastify.get('/', async (_request, reply) => reply.redirect(home))
  await context.start()
  await context.http.fastify.listen({ host: config.host, port: config.port })
  if (stopping) return
  if (bootstrap.kind === 'set_up_link')
    process.stdout.write(`Make the first administrator at ${config.publicUrl}/admin/set-up?token=${bootstrap.token}\n`)
  process.stdout.write(`Lockstep is ready at ${config.publicUrl}\n`)
}

/** Declares the schemas of the file; without one, what an earlier one said is free to be changed. */
async function declareFrom(path: string | undefined, { customSchemas }: Context): Promise<void> {
  if (path === undefined) return customSchemas.applyFile({})
  try {
    await customSchemas.applyFile(readScimSchemasFile(await readFile(path, 'utf8')))
  } catch (error) {
    if (!(error instanceof AppError) && (error as { code?: string }).code !== 'ENOENT') throw error
    throw new ConfigError(
      `LOCKSTEP_SCIM_SCHEMAS_FILE is ${path}. ${error instanceof AppError ? error.message : 'There is no such file.'}`,
    )
  }
}

/** What went wrong at the start and what to do, in words. */
function explain(error: unknown, config: Config | undefined): string {
  const { code, message = String(error) } = (error ?? {}) as { code?: string; message?: string }
  if (error instanceof ConfigError || error instanceof FirstStartError) return message
  if (code === 'EADDRINUSE')
    return `Port ${config?.port} on ${config?.host} is taken. Stop the program that uses it, or set LOCKSTEP_PORT to another one.`
  if (code === 'EACCES' && /listen/.test(message))
    return `Port ${config?.port} may not be opened by this user. Set LOCKSTEP_PORT to one above 1023.`
  if (code === 'ENOENT' && config?.tls) return `${message}. Check LOCKSTEP_TLS_CERT_FILE and LOCKSTEP_TLS_KEY_FILE.`
  const isAway = error instanceof DatabaseUnavailable || code === 'ECONNREFUSED'
  if (isAway && config !== undefined && config.databaseUrl === undefined)
    return `PostgreSQL, which the hub runs itself, ended during the start. The log above says why; start Lockstep again.`
  if (isAway) return `The database does not answer. Check DATABASE_URL and that PostgreSQL 15 or newer runs there.`
  return message
}

/** Serves until a signal comes; the process ends with 1 when the start fails, and says why in words. */
export async function serve(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stop(0)
    })
  // A package runner that is killed leaves its child behind; the hub then ends by itself.
  if (env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) stop(0)
    }, parentCheckMs).unref()
  }
  let config: Config | undefined
  try {
    config = readConfig(env)
    starting = start(config)
    await starting
  } catch (error) {
    if (stopping === undefined) process.stderr.write(`Lockstep cannot start: ${explain(error, config)}\n`)
    stop(1)
  }
}
