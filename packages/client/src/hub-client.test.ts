import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHubClient } from './hub-client.ts'
import { HubError } from './hub-error.ts'

interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: unknown
}

function hubAnswering(answers: readonly Response[]) {
  const sent: Sent[] = []
  const waiting = [...answers]
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined
    sent.push({
      url: url instanceof Request ? url.url : String(url),
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body,
    })
    const answer = waiting.shift()
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('connection refused'))
  }
  return { sent, fetch }
}

const refusal = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  code: 'username_taken',
  detail: 'Another user has this username. Choose another one.',
  field: 'username',
  requestId: 'req-1',
}

test('a list leaves out empty query entries and sends the API key', async () => {
  const { sent, fetch } = hubAnswering([Response.json({ items: [], total: 0 })])
  const hub = createHubClient({ baseUrl: 'http://hub', apiKey: 'key', fetch })
  assert.deepEqual(await hub.users.list({ search: '', sort: '-created', limit: 50 }), { items: [], total: 0 })
  assert.equal(sent[0]?.url, 'http://hub/hub/v1/users?sort=-created&limit=50')
  assert.equal(sent[0]?.headers.get('x-api-key'), 'key')
})

test('the CSRF token of the session goes with writes, not with reads', async () => {
  const { sent, fetch } = hubAnswering([
    Response.json({ signedIn: true, setUpNeeded: false, csrfToken: 'token' }),
    Response.json({ items: [], total: 0 }),
    new Response(null, { status: 204 }),
  ])
  const hub = createHubClient({ baseUrl: '', fetch })
  await hub.session.signIn({ email: 'a@b.c', password: 'x' })
  await hub.groups.list()
  assert.equal(await hub.groups.addMember('1', '2'), undefined)
  assert.equal(sent[0]?.headers.get('x-csrf-token'), null)
  assert.equal(sent[1]?.headers.get('x-csrf-token'), null)
  assert.equal(sent[2]?.headers.get('x-csrf-token'), 'token')
  assert.equal(sent[2]?.headers.get('content-type'), null, 'a request without a body names no content type')
})

test('a refusal becomes a HubError with code, field and request id', async () => {
  const { fetch } = hubAnswering([Response.json(refusal, { status: 409 })])
  const hub = createHubClient({ baseUrl: '', fetch })
  await assert.rejects(hub.users.create({ username: 'a', email: 'a@b.c' }), (error: unknown) => {
    assert.ok(error instanceof HubError)
    assert.equal(error.status, 409)
    assert.equal(error.code, 'username_taken')
    assert.equal(error.field, 'username')
    assert.equal(error.requestId, 'req-1')
    return true
  })
})

test('a throttled sign-in says after how many seconds to try again', async () => {
  const answer = Response.json(
    { ...refusal, status: 429, code: 'throttled' },
    { status: 429, headers: { 'retry-after': '30' } },
  )
  const hub = createHubClient({ baseUrl: '', fetch: hubAnswering([answer]).fetch })
  await assert.rejects(hub.session.signIn({ email: 'a', password: 'b' }), { code: 'throttled', retryAfterSeconds: 30 })
})

test('an answer that is no problem document and a silent hub are HubErrors too', async () => {
  const hub = createHubClient({ baseUrl: '', fetch: hubAnswering([new Response('<html>', { status: 502 })]).fetch })
  await assert.rejects(hub.session.get(), { status: 502, code: 'unexpected_answer' })
  await assert.rejects(hub.session.get(), { status: 0, code: 'unreachable' })
})
