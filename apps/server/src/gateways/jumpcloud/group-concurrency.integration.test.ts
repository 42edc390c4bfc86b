// Two hundred clients on connections of their own change one group at once.
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { apiKey, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

const clients = 200
let store: TestDatabase
let hub: HubFixture
let port = 0
const users: string[] = []

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
  await hub.server.fastify.listen({ host: '127.0.0.1', port: 0 })
  port = (hub.server.fastify.server.address() as AddressInfo).port
  for (let index = 0; index < clients; index += 1) {
    const body = { username: `c${index}`, email: `c${index}@example.com` }
    users.push((await hub.call('POST', '/api/systemusers', { body })).body.id)
  }
})
after(async () => {
  await hub.stop()
  await store.drop()
})

/** A client with a connection of its own. */
function client(): { send(path: string, body: object): Promise<number>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    close: () => agent.destroy(),
    send: (path, body) =>
      new Promise((resolve, reject) => {
        const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' }
        const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (reply) => {
          reply.resume()
          reply.once('end', () => resolve(reply.statusCode ?? 0))
        })
        call.once('error', reject)
        call.end(JSON.stringify(body))
      }),
  }
}

async function newGroup(name: string): Promise<string> {
  return (await hub.call('POST', '/api/v2/usergroups', { body: { name } })).body.id
}

async function membersOf(group: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let skip = 0; ; skip += 100) {
    const page = await hub.call('GET', `/api/v2/usergroups/${group}/members?limit=100&skip=${skip}`)
    assert.equal(page.status, 200)
    if (page.body.length === 0) return found.toSorted()
    found.push(...page.body.map((row: { to: { id: string } }) => row.to.id))
  }
}

async function everyClient(
  work: (send: ReturnType<typeof client>['send'], index: number) => Promise<void>,
): Promise<void> {
  const all = users.map(() => client())
  try {
    await Promise.all(all.map(({ send }, index) => work(send, index)))
  } finally {
    for (const one of all) one.close()
  }
}

test('two hundred clients add and remove members of one group, and no change is lost', async () => {
  const group = await newGroup('Contended')
  const path = `/api/v2/usergroups/${group}/members`
  const change = (op: string, id: string | undefined): object => ({ op, id, type: 'user' })
  await everyClient(async (send, index) => {
    assert.equal(await send(path, change('add', users[index])), 204)
    assert.equal(await send(path, change('add', users[index])), 409)
    // Every second one leaves again, every fourth comes back.
    if (index % 2 === 0) assert.equal(await send(path, change('remove', users[index])), 204)
    if (index % 4 === 0) assert.equal(await send(path, change('add', users[index])), 204)
  })
  const expected = users.filter((_, index) => index % 2 === 1 || index % 4 === 0).toSorted()
  assert.deepEqual(await membersOf(group), expected)
  const rows = await store.database.query<{ action: string; count: number }>({
    text: `select action, count(*) as count from journal where subject_id = $1 and action like 'group.member%' group by action`,
    values: [group],
  })
  const counts = Object.fromEntries(rows.map(({ action, count }) => [action, count]))
  assert.deepEqual(counts, { 'group.member_add': 250, 'group.member_remove': 100 })
})

test('of all clients who add the same member one succeeds, and of all who remove it one', async () => {
  const group = await newGroup('One member')
  for (const [op, other] of [
    ['add', 409],
    ['remove', 404],
  ] as const) {
    const statuses: number[] = []
    await everyClient(async (send) => {
      statuses.push(await send(`/api/v2/usergroups/${group}/members`, { op, id: users[0], type: 'user' }))
    })
    assert.deepEqual(
      [statuses.filter((status) => status === 204).length, statuses.filter((status) => status === other).length],
      [1, clients - 1],
      op,
    )
  }
  assert.deepEqual(await membersOf(group), [])
})
