// Every registered route, called by everybody who may not and by somebody who may. A new route is walked by itself; one that needs no
// permission has to be entered into tests/expected/open-routes.txt, with the reason.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { permissions, type Role, rolePermissions, roles } from '@lockstep/contract/access'
import type { Route } from '../apps/server/src/platform/http/route.ts'
import { assertExpectedFile, readExpectedLines } from './support/expected-file.ts'
import { type Answer, type Call, json } from './support/http-call.ts'
import { type HubInProcess, type Session, signIn, startHubInProcess } from './support/hub-in-process.ts'
import { createRandom } from './support/random.ts'
import { addressOf, partsOf, requestOf } from './support/route-requests.ts'
import { openPortal, type SeededObjects, seedObjects } from './support/seeded-objects.ts'
import { signedCall } from './support/signed-call.ts'

let hub: HubInProcess
let seeded: SeededObjects
let session: Session
const random = createRandom(1)
const nameOf = ({ method, path }: Route): string => `${method} ${path}`
const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

before(async () => {
  hub = await startHubInProcess({ background: false })
  seeded = await seedObjects(hub)
  session = await signIn(hub.caller, hub.owner)
})
after(() => hub.stop())

/** What the route needs, in one word. */
function needOf({ access }: Route): string {
  if (access.scheme !== 'administrator') return access.scheme
  return access.permission ?? 'any-administrator'
}

/** Nothing that exists is named, and only what must be there is. */
function plainCall(route: Route): Call {
  return requestOf(route, partsOf(route, { random, minimal: true }))
}

/** Without its body and query: who may not call is refused before anything is read. */
function bareCall(route: Route): Call {
  return {
    method: route.method,
    path: addressOf(route.path, { ...partsOf(route, { random, minimal: true }), query: {} }),
  }
}

function withKey(call: Call, role: Role): Call {
  return { ...call, headers: { ...call.headers, 'x-api-key': hub.apiKeys.get(role) ?? '' } }
}

function assertRefused(answer: Answer, { status, code }: { status: number; code?: string }, who: string): void {
  assert.equal(answer.status, status, `${who}: ${answer.text}`)
  const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json')
  if (isProblem) assert.equal(answer.body.code, code ?? answer.body.code, who)
  // SCIM says its status as text.
  else if (answer.headers['content-type'] === 'application/scim+json')
    assert.equal(answer.body.status, String(status), who)
  // JumpCloud's wire error, under /api.
  else assert.equal(answer.body?.code, status, `${who}: ${answer.text}`)
}

/** Neither refused for who calls nor failed; an event stream counts. */
function assertAdmitted(answer: Answer, who: string): void {
  assert.ok(
    answer.status !== 401 && answer.status !== 403 && (answer.status < 500 || answer.status === 501),
    `${who}: ${answer.status} ${answer.text}`,
  )
}

test('every route that needs no permission is in the reviewed list, and the list names no other', async () => {
  const open = hub.routes.filter((route) => ['public', 'any-administrator'].includes(needOf(route)))
  const reviewed = (await readExpectedLines('open-routes.txt')).map((line) => line.split(' — ', 1).join(''))
  assert.deepEqual(open.map((route) => `${needOf(route)} ${nameOf(route)}`).toSorted(), reviewed.toSorted())
})

test('the routes and what they need are those that are committed', async () => {
  await assertExpectedFile('routes.txt', hub.routes.map((route) => `${nameOf(route)} ${needOf(route)}`).toSorted())
})

test('the permissions of the roles are those that are committed', async () => {
  const lines = roles.flatMap((role) =>
    permissions.map(
      (permission) => `${role} ${permission} ${rolePermissions[role].includes(permission) ? 'yes' : 'no'}`,
    ),
  )
  await assertExpectedFile('role-permissions.txt', lines)
})

test('no two routes share an address', () => {
  const names = hub.routes.map((route) => nameOf(route).replaceAll(/:\w+/g, ':'))
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
})

test('nobody gets past a route that is not public', async () => {
  for (const route of hub.routes.filter(({ access }) => access.scheme !== 'public')) {
    const call = bareCall(route)
    const strangers: readonly Record<string, string>[] = [
      {},
      { 'x-api-key': 'x'.repeat(48) },
      { authorization: 'Bearer nothing' },
      { authorization: `Basic ${Buffer.from(`owner:${hub.owner.apiKey}`).toString('base64')}` },
      { cookie: `lockstep_session=session_${'a'.repeat(43)}` },
      { cookie: `lockstep_portal=user_${'a'.repeat(43)}` },
    ]
    for (const headers of strangers) {
      assertRefused(
        await hub.caller.call({ ...call, headers }),
        { status: 401, code: 'unauthenticated' },
        `nobody ${nameOf(route)}`,
      )
      if (route.method === 'GET') {
        const { status } = await hub.caller.call({ ...call, method: 'HEAD', headers })
        assert.equal(status, 401, `nobody HEAD ${route.path}`)
      }
    }
  }
})

test('public routes let everybody in', async () => {
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'public')) {
    const answer = await hub.caller.call(plainCall(route))
    assert.ok(answer.status < 500, `${nameOf(route)}: ${answer.text}`)
    assert.ok(
      !['unauthenticated', 'forbidden', 'csrf_failed'].includes(answer.body?.code),
      `${nameOf(route)}: ${answer.text}`,
    )
  }
})

test('every role gets what its permissions say and nothing else', async () => {
  for (const route of hub.routes) {
    if (route.access.scheme !== 'administrator') continue
    const { permission } = route.access
    for (const role of roles) {
      const who = `${role} ${nameOf(route)}`
      if (permission === undefined || rolePermissions[role].includes(permission))
        assertAdmitted(await hub.caller.call(withKey(plainCall(route), role)), who)
      else assertRefused(await hub.caller.call(withKey(bareCall(route), role)), { status: 403, code: 'forbidden' }, who)
    }
  }
})

test('a bulk action needs the permission of what it does', async () => {
  const remove = { method: 'POST', path: '/hub/v1/users/bulk', ...json({ action: 'delete', ids: ['f'.repeat(24)] }) }
  assertRefused(await hub.caller.call(withKey(remove, 'help_desk')), { status: 403, code: 'forbidden' }, 'help_desk')
  assertAdmitted(await hub.caller.call(withKey(remove, 'manager')), 'manager')
})

test('an administrator without the permission neither sees nor revokes other people’s API keys', async () => {
  const { owner, caller } = hub
  const listed = await caller.call(withKey({ method: 'GET', path: '/hub/v1/api-keys' }, 'read_only'))
  assert.equal(new Set(listed.body.items.map((key: { administratorId: string }) => key.administratorId)).size, 1)
  const path = `/hub/v1/api-keys/${seeded.apiKey}`
  const answer = await caller.call(withKey({ method: 'DELETE', path }, 'read_only'))
  assert.ok(answer.status === 403 || answer.status === 404, answer.text)
  const all = await caller.call({ method: 'GET', path: '/hub/v1/api-keys', headers: { 'x-api-key': owner.apiKey } })
  assert.ok(all.body.items.some((key: { id: string }) => key.id === seeded.apiKey))
})

test('an administrator is no agent, and an agent no administrator', async () => {
  const { owner, caller } = hub
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'agent')) {
    const answer = await caller.call({ ...bareCall(route), headers: { 'x-api-key': owner.apiKey } })
    assertRefused(answer, { status: 401, code: 'unauthenticated' }, nameOf(route))
  }
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'administrator')) {
    const answer = await caller.call(signedCall(seeded.importAgent, bareCall(route)))
    assertRefused(answer, { status: 401, code: 'unauthenticated' }, nameOf(route))
  }
})

test('an administrator is no user of the portal, nor an agent one, and a user neither of them', async () => {
  const { owner, caller } = hub
  const portal = { cookie: seeded.portal.cookie, 'x-csrf-token': seeded.portal.csrfToken }
  for (const route of hub.routes) {
    if (route.access.scheme === 'public') continue
    const others =
      route.access.scheme === 'user'
        ? [
            { ...bareCall(route), headers: { 'x-api-key': owner.apiKey } },
            { ...bareCall(route), headers: { cookie: session.cookie, 'x-csrf-token': session.csrfToken } },
            signedCall(seeded.importAgent, bareCall(route)),
          ]
        : [{ ...bareCall(route), headers: portal }]
    for (const call of others)
      assertRefused(await caller.call(call), { status: 401, code: 'unauthenticated' }, nameOf(route))
  }
})

test('a user gets every route of the portal, from its own page alone', async () => {
  const refusal = { status: 403, code: 'csrf_failed' }
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'user')) {
    const { portal } = await openPortal(hub, seeded.otherUser)
    const call = plainCall(route)
    const send = (headers: Record<string, string>): Promise<Answer> =>
      hub.caller.call({ ...call, headers: { ...call.headers, cookie: portal.cookie, ...headers } })
    const own = { 'x-csrf-token': portal.csrfToken }
    if (!reading.has(route.method)) {
      assertRefused(await send({}), refusal, `no token ${nameOf(route)}`)
      assertRefused(await send({ 'x-csrf-token': 'csrf_nothing' }), refusal, `wrong token ${nameOf(route)}`)
      assertRefused(await send({ ...own, origin: 'https://evil.example' }), refusal, `foreign page ${nameOf(route)}`)
    }
    const answer = await send(own)
    assert.ok(![401, 403].includes(answer.status) || refusedForItself(answer), `${nameOf(route)}: ${answer.text}`)
    assert.ok(answer.status < 500, `${nameOf(route)}: ${answer.text}`)
  }
})

/** Refused for what was asked, not for who asks. */
function refusedForItself({ body }: Answer): boolean {
  if (body.code === 'forbidden') return /organization keeps these fields/.test(body.detail)
  return !['unauthenticated', 'csrf_failed', 'sign_in_unfinished'].includes(body.code)
}

test('a user reaches nothing of another one', async () => {
  const victim = await seedObjects(hub)
  const { portal } = seeded
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'user')) {
    if (route.params === undefined) continue
    const call = requestOf(route, partsOf(route, { random, seeded: victim, minimal: true }))
    const headers = { ...call.headers, cookie: portal.cookie, 'x-csrf-token': portal.csrfToken }
    const answer = await hub.caller.call({ ...call, headers })
    assert.ok(answer.status >= 400 && answer.status < 500, `${nameOf(route)}: ${answer.status} ${answer.text}`)
  }
  const reads = hub.routes.filter(({ access, method }) => access.scheme === 'user' && method === 'GET')
  for (const route of reads) {
    const headers = { cookie: portal.cookie }
    const { text } = await hub.caller.call({ ...bareCall(route), headers })
    for (const secret of [victim.user, victim.portalSession])
      assert.equal(text.includes(secret), false, `${nameOf(route)}: ${text}`)
  }
  const own = { method: 'GET', path: '/portal/v1/session', headers: { cookie: victim.portal.cookie } }
  assert.equal((await hub.caller.call(own)).body.user.id, victim.user)
})

/** What both kinds of agents call; it is about the caller alone. */
const forEveryAgent = new Set(['POST /agents/v1/log', 'POST /agents/v1/sealing-key', 'POST /agents/v1/self-check'])

test('every route of the agents is for one kind of them, but for what is about the caller alone', async () => {
  for (const route of hub.routes.filter(({ access }) => access.scheme === 'agent')) {
    const answers = await Promise.all(
      [seeded.importAgent, seeded.syncAgent].map((agent) =>
        hub.caller.call(signedCall(agent, requestOf(route, partsOf(route, { random, seeded, minimal: true })))),
      ),
    )
    const refused = answers.filter(({ status }) => status === 403)
    assert.equal(
      refused.length,
      forEveryAgent.has(nameOf(route)) ? 0 : 1,
      `${nameOf(route)}: ${answers.map(({ status, text }) => `${status} ${text}`).join('\n')}`,
    )
    refused.forEach((answer) => assertRefused(answer, { status: 403, code: 'forbidden' }, nameOf(route)))
    answers.filter((answer) => !refused.includes(answer)).forEach((answer) => assertAdmitted(answer, nameOf(route)))
  }
})

test('a request of an agent that was answered is not answered again', async () => {
  const facts = { hostname: 'dc1', version: '1', directory: { reachable: true } }
  const call = { method: 'POST', path: '/agents/v1/import/lease', ...json(facts) }
  const signed = signedCall(seeded.importAgent, call)
  const answers = await Promise.all([signed, signed, signed].map((one) => hub.caller.call(one)))
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 401, 401],
  )
  assertRefused(await hub.caller.call(signed), { status: 401, code: 'agent_request_repeated' }, 'once more')
  assertAdmitted(await hub.caller.call(signedCall(seeded.importAgent, call)), 'signed anew')
})

test('an agent’s signature holds for its method, address, body and time alone', async () => {
  const facts = { hostname: 'dc1', version: '1', directory: { reachable: true } }
  const call = { method: 'POST', path: '/agents/v1/import/lease', ...json(facts) }
  const signed = signedCall(seeded.importAgent, call)
  assertAdmitted(await hub.caller.call(signed), 'as signed')
  const altered: Readonly<Record<string, Call>> = {
    'another body': { ...signed, ...json({ ...facts, hostname: 'dc2' }), headers: signed.headers ?? {} },
    'another address': { ...signed, path: '/agents/v1/work' },
    'another query': { ...signed, path: `${signed.path}?a=b` },
    'another letter case': { ...signed, path: '/agents/v1/import/LEASE' },
    'another agent’s name': { ...signed, headers: { ...signed.headers, 'x-lockstep-agent': seeded.syncAgent.id } },
    'another nonce': { ...signed, headers: { ...signed.headers, 'x-lockstep-nonce': 'n'.repeat(22) } },
    'no nonce': { ...signed, headers: { ...signed.headers, 'x-lockstep-nonce': '' } },
    'no signature': { ...signed, headers: { ...signed.headers, 'x-lockstep-signature': '' } },
  }
  for (const [what, one] of Object.entries(altered))
    assertRefused(await hub.caller.call(one), { status: 401, code: 'agent_signature_invalid' }, what)
  for (const hours of [-1, 1]) {
    const late = signedCall(seeded.importAgent, call, new Date(Date.now() + hours * 3_600_000))
    assertRefused(await hub.caller.call(late), { status: 401, code: 'agent_clock_wrong' }, `${hours} hours`)
  }
})

test('a session without its token changes nothing', async () => {
  const cookie = { cookie: session.cookie }
  for (const route of hub.routes) {
    if (route.access.scheme !== 'administrator') continue
    const isWriting = !reading.has(route.method)
    const call = plainCall(route)
    const send = (headers: Record<string, string>): Promise<Answer> =>
      hub.caller.call({ ...call, headers: { ...call.headers, ...headers } })
    if (!isWriting) {
      assertAdmitted(await send(cookie), nameOf(route))
      continue
    }
    const refusal = { status: 403, code: 'csrf_failed' }
    assertRefused(await send(cookie), refusal, `no token ${nameOf(route)}`)
    assertRefused(await send({ ...cookie, 'x-csrf-token': 'csrf_nothing' }), refusal, `wrong token ${nameOf(route)}`)
    const own = { ...cookie, 'x-csrf-token': session.csrfToken }
    assertRefused(await send({ ...own, origin: 'https://evil.example' }), refusal, `foreign page ${nameOf(route)}`)
    if (nameOf(route) !== 'DELETE /hub/v1/session') assertAdmitted(await send(own), `own page ${nameOf(route)}`)
  }
})

test('signing in and setting up are refused to other sites’ pages', async () => {
  const open = hub.routes.filter(({ path, access }) => path.startsWith('/portal/') && access.scheme === 'public')
  const portal = open.filter(({ method }) => method === 'POST').map(({ path }) => path)
  assert.ok(portal.length > 0)
  for (const path of ['/hub/v1/session', '/hub/v1/set-up', ...portal]) {
    const route = hub.routes.find((one) => one.method === 'POST' && one.path === path)
    assert.ok(route, path)
    const call = plainCall(route)
    const answer = await hub.caller.call({ ...call, headers: { ...call.headers, origin: 'https://evil.example' } })
    assertRefused(answer, { status: 403, code: 'csrf_failed' }, path)
  }
})
