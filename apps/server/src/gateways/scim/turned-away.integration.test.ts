// Requests that are refused because of who sent them stand in a log: of the integration whose token it was, or else of the built-in one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { clientWith, scimClient } from '../../../../../tests/support/scim-client.ts'
import { createIntegrationService } from '../../directory/integrations/integration.service.ts'
import { createJournalService } from '../../directory/journal/journal.service.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

interface Row {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly outcome: string
  readonly words: string
  readonly client: string
  readonly actor: string
}

const log = async (integrationId: string): Promise<readonly Row[]> =>
  (await hub.must('GET', `/hub/v1/scim-integrations/${integrationId}/requests?limit=100`)).items

async function builtIn(): Promise<string> {
  const { items } = await hub.must('GET', '/hub/v1/scim-integrations')
  return (items as readonly { readonly id: string; readonly builtIn: boolean }[]).find((one) => one.builtIn)?.id ?? ''
}

test('a revoked token is refused, and its integration’s log says so without the token', async () => {
  const client = await scimClient(hub)
  const path = `/hub/v1/scim-integrations/${client.integrationId}`
  const [token] = (await hub.must('GET', path)).tokens
  await hub.must('DELETE', `${path}/tokens/${token.id}`)
  assert.deepEqual((await hub.must('GET', path)).tokens, [])
  const answer = await client.send('GET', `/Users/${client.token}?filter=${client.token}`, undefined, {
    'user-agent': 'A client',
  })
  assert.equal(answer.status, 401)
  const rows = await log(client.integrationId)
  const [first] = rows
  const { words = '', client: sender = '', ...row }: Partial<Row> = first ?? {}
  assert.deepEqual(
    [rows.length, row.method, row.path, row.status, row.outcome, row.actor],
    [1, 'GET', '/Users/…', 401, 'refused', token.prefix],
  )
  assert.match(words, /was revoked at \d{4}-/)
  assert.match(sender, /^A client from 127/)
  assert.ok(!JSON.stringify(rows).includes(client.token))
  assert.equal((await hub.call({ method: 'DELETE', path: `${path}/tokens/${token.id}` })).status, 404)
})

test('a token whose time is over is refused, and its integration’s log says since when', async () => {
  const client = await scimClient(hub)
  const path = `/hub/v1/scim-integrations/${client.integrationId}`
  assert.equal((await client.send('GET', '/Users?count=0')).status, 200)
  await hub.database.execute({
    text: `update integration_tokens set expires = '2026-01-31T09:00:00Z' where integration_id = $1`,
    values: [client.integrationId],
  })
  // As another process of the hub tells it: what is kept about tokens is forgotten.
  await hub.must('PATCH', path, { defaultState: 'STAGED' })
  const answer = await client.send('POST', '/Users', { userName: 'too.late' })
  assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer realm="SCIM"'])
  const [token] = (await hub.must('GET', path)).tokens
  assert.equal(token.expired, true)
  const [row] = await log(client.integrationId)
  assert.deepEqual([row?.status, row?.outcome, row?.actor, row?.path], [401, 'refused', token.prefix, '/Users'])
  assert.match(row?.words ?? '', /expired at 2026-01-31 09:00 UTC: give the client one that is valid/)
})

test('a token of an integration that is switched off is told to its log', async () => {
  const client = await scimClient(hub)
  await hub.must('PATCH', `/hub/v1/scim-integrations/${client.integrationId}`, { enabled: false })
  assert.equal((await client.send('POST', '/Users', { password: 'Secret of a user' })).status, 401)
  const [row] = await log(client.integrationId)
  assert.match(row?.words ?? '', /switched off/)
  const [detail] = (await hub.must('GET', `/hub/v1/scim-integrations/${client.integrationId}/requests`)).items
  const whole = await hub.must('GET', `/hub/v1/scim-integrations/${client.integrationId}/requests/${detail.id}`)
  assert.deepEqual([whole.requestBody, whole.canReplay], [undefined, false])
})

test('whoever comes with a key while the built-in integration is switched off is told to its log', async () => {
  const id = await builtIn()
  await hub.must('PATCH', `/hub/v1/scim-integrations/${id}`, { enabled: false })
  const answer = await clientWith(hub, id, hub.owner.apiKey).send('PATCH', '/Groups/x/members')
  await hub.must('PATCH', `/hub/v1/scim-integrations/${id}`, { enabled: true })
  const [row] = await log(id)
  assert.deepEqual([answer.status, row?.status, row?.path], [403, 403, '/Groups/…/…'])
  assert.match(row?.words ?? '', /disabled/)
})

test('a token that is valid by the time it is explained is explained in words', async () => {
  const client = await scimClient(hub)
  const { database } = hub
  const journal = createJournalService({ database, clock: systemClock })
  const integrations = createIntegrationService({ database, clock: systemClock, journal, changed: () => undefined })
  const { integrationId, prefix, words } = await integrations.explainRefusal(client.token)
  assert.equal(integrationId, client.integrationId)
  assert.ok(prefix !== '' && words.includes(`The token ${prefix}… was not valid when the request came`), words)
})

test('bodies of strangers that are too large hide none who is refused for a credential', async () => {
  const id = await builtIn()
  const stranger = clientWith(hub, id, 'another-that-never-was')
  const tooLarge = `{"a":"${'x'.repeat(1_100_000)}"}`
  for (let count = 0; count < 12; count += 1)
    assert.equal((await stranger.send('POST', '/Users', tooLarge)).status, 413)
  assert.equal((await stranger.send('GET', '/Schemas')).status, 401)
  const [row] = await log(id)
  assert.deepEqual([row?.status, row?.path], [401, '/Schemas'])
})

test('what nobody knows stands in the log of the built-in integration, and a flood of it is a few rows', async () => {
  const id = await builtIn()
  const stranger = clientWith(hub, id, 'never-was-a-token')
  const before = (await log(id)).length
  assert.equal((await hub.caller.call({ method: 'GET', path: '/scim/v2/Users' })).status, 401)
  for (let count = 0; count < 40; count += 1) assert.equal((await stranger.send('GET', '/Users')).status, 401)
  const rows = await log(id)
  const kept = rows.length - before
  assert.ok(kept >= 5 && kept < 25, `of 41 requests ${kept} have a row`)
  assert.match(rows[kept - 1]?.words ?? '', /brought no credential/)
  assert.match(rows[0]?.words ?? '', /not known here/)
  assert.ok(!JSON.stringify(rows).includes('never-was-a-token'))
})
