// Every registered route, asked for nonsense. Requests are made from the routes' own schemas, so a new route is covered by itself.
// LOCKSTEP_FUZZ_ROUNDS goes longer; LOCKSTEP_FUZZ_SEED repeats what a printed seed did, or takes another one; LOCKSTEP_FUZZ_GATEWAYS names
// the only ones that are asked, such as agents,portal.
import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { MailSender } from '../apps/server/src/platform/mail/mail-sender.ts'
import type { Gateway, Route } from '../apps/server/src/platform/http/route.ts'
import { answerFaults } from './support/answer-faults.ts'
import { type FuzzCase, fuzzCases } from './support/fuzz-cases.ts'
import { hostileBytes } from './support/hostile-requests.ts'
import type { Answer, Call } from './support/http-call.ts'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'
import { createRandom } from './support/random.ts'
import { type SeededObjects, seedObjects } from './support/seeded-objects.ts'
import { signedCall } from './support/signed-call.ts'
import { invariantFaults } from './support/stored-invariants.ts'

const rounds = Number(process.env['LOCKSTEP_FUZZ_ROUNDS'] ?? '1')
const seed = Number(process.env['LOCKSTEP_FUZZ_SEED'] ?? '1')
const named = process.env['LOCKSTEP_FUZZ_GATEWAYS']?.split(',')
const atOnce = 6
const shownFaults = 40
/** Node answers these itself, without words, before anybody may. */
const answeredByNode = new Set(['no host', 'odd expectation'])

/** A mail server that takes nothing, so that every mail can be tried again. */
const unwillingSender: MailSender = {
  server: { host: '127.0.0.1', port: 25, encryption: 'optional' },
  send: async () => ({ kind: 'permanent', reason: '550 nobody' }),
  close: () => undefined,
}

let hub: HubInProcess
/** Objects that no request names, apart from lists. */
let witnesses: SeededObjects
let witnessed: unknown
let secrets: readonly string[]

before(async () => {
  hub = await startHubInProcess({ background: true, mail: { sender: unwillingSender, from: undefined } })
  witnesses = await seedObjects(hub)
  witnessed = await look()
  secrets = [...hub.apiKeys.values(), hub.owner.apiKey, hub.owner.password, witnesses.connectKey]
})
after(() => hub.stop())

/** The witnesses' own values, without what time alone changes. */
async function look(): Promise<unknown> {
  const { user, otherUser, group, directory, plan, administrator } = witnesses
  const get = (path: string): ReturnType<HubInProcess['must']> => hub.must('GET', `/hub/v1/${path}`)
  const usersSeen = await Promise.all([user, otherUser].map((id) => get(`users/${id}`)))
  const { health: _health, agents, pendingCount: _pending, ...settings } = await get(`directories/${directory}`)
  const administrators = await get('administrators')
  return {
    users: usersSeen.map(({ accounts: _accounts, accountCount: _count, directoryIds: _ids, ...rest }) => rest),
    group: { ...(await get(`groups/${group}`)), directories: [], directoryIds: [] },
    members: (await get(`groups/${group}/members`)).items.map(({ userId }: { userId: string }) => userId),
    settings: { ...settings, userCount: 0, groupCount: 0 },
    agents: agents.map(({ id, kind }: { id: string; kind: string }) => ({ id, kind })),
    plan: await get(`plans/${plan}`),
    administrator: withoutDemands(administrators.items.find(({ id }: { id: string }) => id === administrator)),
  }
}

/** Whether a second factor is required may be the organization's wish. */
function withoutDemands({ secondFactor, ...rest }: { readonly secondFactor: { readonly enrolled: boolean } }): object {
  return { ...rest, enrolled: secondFactor.enrolled }
}

const ofImportAgents = /\/(import|captures|sign-in-checks)(\/|$)/

/** The call as somebody who may make it. */
function authorized(route: Route, call: Call, seeded: SeededObjects): Call {
  const { scheme } = route.access
  if (scheme === 'agent')
    return signedCall(ofImportAgents.test(route.path) ? seeded.importAgent : seeded.syncAgent, call)
  if (scheme === 'user') {
    const { cookie, csrfToken } = seeded.portal
    return { ...call, headers: { cookie, 'x-csrf-token': csrfToken, ...call.headers } }
  }
  return scheme === 'administrator' ? { ...call, headers: { 'x-api-key': hub.owner.apiKey, ...call.headers } } : call
}

/** What the hub logged about a request. */
function loggedAbout(answer: Answer): string {
  const id = String(answer.headers['x-request-id'])
  const line = hub.log().find((one) => one.includes(id))
  if (line === undefined) return ''
  const { err } = JSON.parse(line) as { err?: { message?: string; stack?: string } }
  return `${err?.message} ${err?.stack?.split('\n').find((one) => one.includes('/src/')) ?? ''}`
}

interface Asked {
  readonly gateway: Gateway
  readonly route: Route
  readonly seeded: SeededObjects
}

/** Routes that a random request cannot satisfy: they need a secret of one particular person, or refuse everything. */
const neverSatisfied = new Set([
  // There are no reports, and nothing makes one.
  'POST /insights/directory/v1/reports/:type',
  'GET /insights/directory/v1/reports/:id/artifacts/:artifact/content',
  'POST /hub/v1/session',
  'POST /hub/v1/set-up',
  'POST /hub/v1/session/password',
  'POST /hub/v1/session/password-link',
  // Throttled together with POST /api/users/resetPassword, which comes first.
  'POST /hub/v1/session/password-request',
  'POST /hub/v1/session/second-factor',
  'PUT /hub/v1/session/second-factor',
  'POST /hub/v1/session/second-factor/removal',
  'POST /hub/v1/session/second-factor/recovery-codes',
  // They need a password, the token of a link, a second factor, or leave to change fields.
  ...['POST /portal/v1/session', 'POST /portal/v1/session/second-factor', 'PUT /portal/v1/password'],
  ...['POST /portal/v1/activation', 'POST /portal/v1/activation/look', 'POST /portal/v1/password/check'],
  ...['POST', 'PUT'].map((method) => `${method} /portal/v1/second-factor/authenticator`),
  ...['authenticator/removal', 'recovery-codes', 'passkeys', 'passkeys/options', 'passkeys/:id/removal'].map(
    (path) => `POST /portal/v1/second-factor/${path}`,
  ),
  'PATCH /portal/v1/second-factor/passkeys/:id',
  ...['POST /portal/v1/password-link', 'POST /portal/v1/password-link/look', 'PATCH /portal/v1/profile'],
  // There are no features to set.
  'PUT /api/v2/feature-settings/:feature_name/:setting_name',
  // Needs the nonce of a check that the agent was given.
  'POST /agents/v1/sign-in-checks/answers',
  // Needs the connect key in a header.
  'GET /agents/v1/bundles/:name',
  'POST /oauth2/token',
  'POST /oauth2/revoke',
  // Their bodies are not described by schemas, so that no body made of one is any; SCIM has a fuzzer of its own.
  ...['POST /scim/v2/.search', 'POST /scim/v2/Bulk', 'GET /scim/v2/Me', 'GET /scim/*', 'POST /scim/*'],
  ...['PUT /scim/*', 'PATCH /scim/*', 'DELETE /scim/*', 'OPTIONS /scim/*'],
  ...['GET /scim/v2/ResourceTypes/:id', 'GET /scim/v2/Schemas/:id'],
  ...['PUT', 'PATCH', 'DELETE'].map((method) => `${method} /scim/v2/Me`),
  ...['Users', 'Groups'].flatMap((noun) => [
    ...[`POST /scim/v2/${noun}`, `POST /scim/v2/${noun}/.search`],
    ...[`PUT /scim/v2/${noun}/:id`, `PATCH /scim/v2/${noun}/:id`],
    ...(noun === 'Groups' ? ['DELETE /scim/v2/Groups/:id'] : []),
  ]),
  'POST /api/*',
  'PUT /api/*',
  'PATCH /api/*',
  'DELETE /api/*',
])
const satisfied = new Set<string>()

async function ask({ gateway, route, seeded }: Asked, one: FuzzCase): Promise<readonly string[]> {
  const call = authorized(route, one.call, seeded)
  const sent = `${one.what} | ${call.path.slice(0, 200)} | ${String(call.body ?? '').slice(0, 300)}`
  try {
    const answer = await hub.caller.call(call)
    if (one.what === 'valid' && answer.status < 300) satisfied.add(`${route.method} ${route.path}`)
    // Dots in the path and such lead to other routes; those word errors in their own way.
    const isOwn = !one.what.startsWith('path') || answer.headers['content-type'] === undefined
    const judged = isOwn ? gateway : (gatewayOfAnswer(gateway, answer) ?? gateway)
    const faults = answerFaults({
      gateway: judged,
      route: isOwn ? route : { ...route, reply: { status: answer.status } },
      answer,
      secrets,
    })
    return faults.map(
      (fault) =>
        `${route.method} ${route.path}: ${fault} ${answer.status >= 500 ? loggedAbout(answer) : ''}\n    ${sent}`,
    )
  } catch (error) {
    return [`${route.method} ${route.path}: ${String(error)}\n    ${sent}`]
  }
}

function gatewayOfAnswer(own: Gateway, answer: Answer): Gateway | undefined {
  const type = String(answer.headers['content-type'])
  if (type === 'application/scim+json') return hub.context.http.gateways.find(({ name }) => name === 'scim')
  const isProblem = type.startsWith('application/problem+json')
  return own.tolerant === !isProblem ? own : hub.context.http.gateways.find(({ tolerant }) => tolerant === !isProblem)
}

/** Whether it changes all users at once, the witnesses too: by chance, a valid request may narrow them down by nothing. */
function isForEverybody({ path, body }: Call): boolean {
  if (!path.startsWith('/hub/v1/bulk-actions') || !String(body).includes('"matching"')) return false
  const { search, directoryId, groupId, department } = filterOf(String(body))
  return [search, directoryId, groupId, department].every((one) => one === undefined || one === '')
}

function filterOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const { matching } = JSON.parse(text) as { matching?: { filter?: Record<string, unknown> } }
    return matching?.filter ?? {}
  } catch {
    return {} // never carried out
  }
}

function askedGateways(): readonly Gateway[] {
  return hub.context.http.gateways.filter(({ name }) => named?.includes(name) ?? true)
}

/** Each fault of a route once. */
function distinct(faults: readonly string[]): readonly string[] {
  return [...new Map(faults.map((fault) => [fault.split('\n')[0]?.replaceAll(/\d+/g, '0'), fault])).values()]
}

test(
  'nothing that is sent to any route breaks the hub or tells of its inside',
  { timeout: 800_000 * rounds },
  async (context) => {
    context.diagnostic(`LOCKSTEP_FUZZ_SEED=${seed} LOCKSTEP_FUZZ_ROUNDS=${rounds}`)
    const faults: string[] = []
    let count = 0
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed + round)
      for (const gateway of askedGateways()) {
        for (const route of gateway.routes) {
          const seeded = await seedObjects(hub)
          const cases = fuzzCases(route, { random, seeded }).filter(({ call }) => !isForEverybody(call))
          count += cases.length
          for (let start = 0; start < cases.length; start += atOnce)
            faults.push(
              ...(
                await Promise.all(cases.slice(start, start + atOnce).map((one) => ask({ gateway, route, seeded }, one)))
              ).flat(),
            )
        }
      }
    }
    context.diagnostic(`${count} requests`)
    const found = distinct(faults)
    assert.equal(
      found.length,
      0,
      `${found.length} faults with LOCKSTEP_FUZZ_SEED=${seed}:\n${found.slice(0, shownFaults).join('\n')}`,
    )
  },
)

test('the requests that are meant to be valid reach what every route does', () => {
  const names = askedGateways().flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${path}`))
  assert.deepEqual(
    names.filter((name) => !satisfied.has(name) && !neverSatisfied.has(name)),
    [],
  )
})

test('bytes that are no request are refused, and the hub goes on', async () => {
  const faults: string[] = []
  for (const { name, bytes } of hostileBytes) {
    const answer = await hub.caller.sendRaw(Buffer.from(bytes, 'latin1'))
    const [head = '', ...rest] = answer.split('\r\n\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? '0')
    if (status >= 500) faults.push(`${name}: ${head}`)
    if (status >= 400 && !answeredByNode.has(name) && !/"(detail|message)":/.test(rest.join('')))
      faults.push(`${name}: no words: ${answer.slice(0, 300)}`)
    if (/node:internal|\.ts:\d|HPE_/.test(answer)) faults.push(`${name}: ${answer.slice(0, 300)}`)
  }
  assert.deepEqual(faults, [])
  assert.equal((await hub.caller.call({ method: 'GET', path: '/healthz' })).status, 200)
})

test('afterwards everything that no request named is as it was', async (context) => {
  const seen = await look()
  if (!isDeepStrictEqual(seen, witnessed)) await tellHistory(context)
  assert.deepEqual(seen, witnessed)
})

/** What happened to the witnesses last, and why. */
async function tellHistory(context: TestContext): Promise<void> {
  const { user, otherUser, group } = witnesses
  const rows = await hub.database.query({
    text: 'select at, action, details::text from journal where subject_id = any($1) order by seq desc limit 10',
    values: [[user, otherUser, group]],
  })
  for (const row of rows) context.diagnostic(JSON.stringify(row).slice(0, 600))
}

test('afterwards what is stored makes sense, and the journal’s chain holds', async () => {
  assert.deepEqual(await invariantFaults(hub.database), [])
  const verified = await hub.must('POST', '/hub/v1/journal/verify')
  assert.deepEqual(verified.faults, [])
  assert.ok(verified.ok)
})

test('afterwards no object of this process has learnt a property from a request', () => {
  const plain: Record<string, unknown> = {}
  assert.equal(plain['polluted'], undefined)
  assert.equal(plain['isAdministrator'], undefined)
})

test('the log holds no secret', () => {
  const text = hub.log().join('\n')
  assert.deepEqual(
    secrets.filter((secret) => text.includes(secret)),
    [],
  )
})
