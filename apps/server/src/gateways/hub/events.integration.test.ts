import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import { type HubFixture, hubFixture } from '../../../../../tests/hub-fixture.ts'
import { systemActor } from '../../directory/access/access.rules.ts'

let hub: HubFixture
let address: string
const origin = { actor: systemActor('test'), cause: { kind: 'demo' } } as const

before(async () => {
  hub = await hubFixture()
  address = await hub.server.fastify.listen({ host: '127.0.0.1', port: 0 })
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({ text: 'truncate users, journal cascade' })
})

/** An open stream; `next` gives its next event, or undefined once the hub has ended it. */
async function open() {
  const controller = new AbortController()
  const reply = await fetch(`${address}/hub/v1/events`, {
    headers: { 'x-api-key': 'read_only' },
    signal: controller.signal,
  })
  assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'text/event-stream'])
  assert.ok(reply.body)
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
  const lines: string[] = []
  let rest = ''
  const next = async (): Promise<ChangeEvent | undefined> => {
    for (;;) {
      const line = lines.shift()
      if (line?.startsWith('data: ')) return JSON.parse(line.slice('data: '.length)) as ChangeEvent
      if (line !== undefined) continue
      const { value, done } = await reader.read()
      if (done) return undefined
      const parts = (rest + value).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    }
  }
  return { next, close: () => controller.abort() }
}

async function make(username: string): Promise<string> {
  return (await hub.users.create(origin, { username, email: `${username}@example.com` })).id
}

/** Resolves once the feed has nobody left and reads no more. */
async function untilNobodyListens(): Promise<void> {
  while (hub.listeners.size > 0) await new Promise((resolve) => setImmediate(resolve))
}

test('each change is told once to everybody who listens, and reading ends with the last of them', async () => {
  await make('before')
  // A transaction of any database of the server holds the feed back; what it holds back would be told to those who join now.
  while ((await hub.journal.feedEnd()).seq === 0) await new Promise((resolve) => setImmediate(resolve))
  const [first, second] = [await open(), await open()]
  assert.equal(hub.listeners.size, 1, 'one reader for all streams')
  const ada = await make('ada')
  const max = await make('max')
  for (const stream of [first, second]) {
    const events = [await stream.next(), await stream.next()]
    assert.deepEqual(
      events.map((event) => [event?.action, event?.subjectKind, event?.subjectId]),
      [
        ['user.create', 'user', ada],
        ['user.create', 'user', max],
      ],
    )
  }
  first.close()
  const eva = await make('eva')
  assert.equal((await second.next())?.subjectId, eva)
  second.close()
  await untilNobodyListens()
})

test('a burst is told as one event, and what follows it is told again', async () => {
  const stream = await open()
  const drafts = Array.from({ length: 700 }, (_, index) => ({
    action: 'user.update',
    subjectKind: 'user' as const,
    subjectId: String(index).padStart(24, '0'),
    subject: `user${index}`,
  }))
  await hub.database.transaction((transaction) => hub.journal.record(transaction, origin, drafts))
  const many = await stream.next()
  assert.deepEqual([many?.action, many?.subjectKind, many?.subjectId], ['many', 'many', ''])
  const ada = await make('ada')
  assert.equal((await stream.next())?.subjectId, ada)
  stream.close()
  await untilNobodyListens()
})

test('who may not read users hears nothing', async () => {
  const reply = await fetch(`${address}/hub/v1/events`, { headers: { 'x-api-key': 'nobody' } })
  assert.equal(reply.status, 401)
  await reply.body?.cancel()
  assert.equal(hub.listeners.size, 0)
})

test('streams end when the hub stops', async () => {
  const stream = await open()
  const stopped = hub.server.stop()
  assert.equal(await stream.next(), undefined)
  await stopped
  await untilNobodyListens()
})
