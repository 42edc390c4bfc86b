// The whole hub in this process, on a database of its own and a free port, with an administrator of every role.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Role, roles } from '@lockstep/contract/access'
import { systemClock } from '@lockstep/kernel/clock'
import { type Context, type ContextOptions, createContext } from '../../apps/server/src/context.ts'
import type { Route } from '../../apps/server/src/platform/http/route.ts'
import { createDatabase } from '../../apps/server/src/platform/db/database.ts'
import { createLog, silentLog } from '../../apps/server/src/platform/log/log.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { type Answer, type Call, type Caller, createCaller, json } from './http-call.ts'

export interface HubInProcess {
  readonly context: Context
  readonly routes: readonly Route[]
  readonly database: TestDatabase['database']
  readonly caller: Caller
  /** API keys of an administrator of each role. */
  readonly apiKeys: ReadonlyMap<Role, string>
  /** For a further hub on the same database. */
  readonly masterKeyFile: string
  readonly owner: { readonly email: string; readonly password: string; readonly apiKey: string }
  /** Calls as the owner. */
  call(call: Call): Promise<Answer>
  /** As the owner, with a JSON body; throws unless it succeeds. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  must(method: string, path: string, body?: unknown): Promise<any>
  /** What the hub logged of warnings and errors, one JSON object a line. */
  readonly log: () => readonly string[]
  stop(): Promise<void>
}

export interface HubInProcessOptions {
  /** Starts the followers and schedules too. */
  readonly background: boolean
  /** Connections of the hub's pool, when they are to be few; who waits longer than a second for one is refused. */
  readonly poolSize?: number
  /** Where mails are handed over. */
  readonly mail?: ContextOptions['mail']
  readonly portalFailuresPerAddress?: number
}

/** Starts the hub. */
export async function startHubInProcess({
  background,
  poolSize,
  mail,
  portalFailuresPerAddress = 300,
}: HubInProcessOptions): Promise<HubInProcess> {
  const { database: whole, connection, drop } = await testDatabase()
  const few = { ...connection, connectionTimeoutMillis: 1000 }
  const database = poolSize === undefined ? whole : createDatabase({ connection: few, log: silentLog, poolSize })
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-context-'))
  const lines: string[] = []
  const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line.trimEnd()) } })
  const masterKeyFile = join(folder, 'master.key')
  const context = await createContext({
    database,
    log,
    clock: systemClock,
    masterKeyFile,
    version: '0.0.0',
    publicUrl: 'http://hub.example',
    ...(mail === undefined ? {} : { mail }),
    portalFailuresPerAddress,
    servesTls: false,
    http: {},
  })
  const owner = {
    email: 'owner@example.com',
    password: `pass-${randomBytes(12).toString('hex')}`,
    apiKey: randomBytes(24).toString('hex'),
  }
  await context.access.accessBootstrap(owner)
  if (background) await context.start()
  await context.http.fastify.listen({ host: '127.0.0.1', port: 0 })
  const caller = createCaller((context.http.fastify.server.address() as AddressInfo).port)
  const call = (one: Call): Promise<Answer> =>
    caller.call({ ...one, headers: { 'x-api-key': owner.apiKey, ...one.headers } })
  const must: HubInProcess['must'] = async (method, path, body) => {
    const answer = await call({ method, path, ...(body === undefined ? {} : json(body)) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  return {
    context,
    routes: context.http.gateways.flatMap((gateway) => gateway.routes),
    database,
    caller,
    masterKeyFile,
    owner,
    call,
    must,
    apiKeys: await makeAdministrators(caller, must),
    log: () => lines,
    async stop() {
      caller.close()
      await context.stop()
      if (database !== whole) await database.close()
      await drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeAdministrators(caller: Caller, must: HubInProcess['must']): Promise<ReadonlyMap<Role, string>> {
  const keys = new Map<Role, string>()
  for (const role of roles) {
    const password = `pass-${randomBytes(12).toString('hex')}`
    const email = `${role.replaceAll('_', '-')}@example.com`
    await must('POST', '/hub/v1/administrators', { email, name: role, role, password })
    const session = await signIn(caller, { email, password })
    const made = await caller.call({
      method: 'POST',
      path: '/hub/v1/api-keys',
      ...withSession(session, json({ name: role })),
    })
    keys.set(role, String(made.body.secret))
  }
  return keys
}

export interface Session {
  readonly cookie: string
  readonly csrfToken: string
}

/** Signs in as a browser does. */
export async function signIn(
  caller: Caller,
  credentials: { readonly email: string; readonly password: string },
): Promise<Session> {
  const { email, password } = credentials
  const answer = await caller.call({ method: 'POST', path: '/hub/v1/session', ...json({ email, password }) })
  if (answer.status !== 200) throw new Error(`no sign-in: ${answer.text}`)
  const cookie = String(answer.headers['set-cookie']?.[0]).split(';', 1).join('')
  return { cookie, csrfToken: String(answer.body.csrfToken) }
}

function withSession(
  { cookie, csrfToken }: Session,
  { headers, ...rest }: Pick<Call, 'headers' | 'body'>,
): Pick<Call, 'headers' | 'body'> {
  return { ...rest, headers: { ...headers, cookie, 'x-csrf-token': csrfToken } }
}
