import assert from 'node:assert/strict'
import { test } from 'node:test'

import { cursorOver, expectHeader, takeBytes, takeInteger } from './ber-reader.ts'
import { tags } from './ber-writer.ts'
import { controlOids } from './control.ts'
import { connectDirectory, type DirectoryClient } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import { dirSyncFlags, type DirSyncPage } from './dir-sync.ts'
import { type FakeDirectory, type FakeScript, startFakeDirectory } from './testing/fake-directory.ts'
import { dirSyncAnswer, type FakeReply } from './testing/fake-reply.ts'
import type { FakeRequest } from './testing/fake-request.ts'

const query = { base: 'DC=y', attributes: ['name', 'isDeleted', 'member'] } as const

async function withClient(
  script: FakeScript,
  body: (client: DirectoryClient, fake: FakeDirectory) => Promise<void>,
): Promise<void> {
  await using fake = await startFakeDirectory({ script })
  const options = { url: fake.url, ca: fake.ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 }
  await using client = await connectDirectory(options)
  await body(client, fake)
}

function positionOf(request: FakeRequest): { readonly flags: number; readonly cookie: string } {
  const cursor = cursorOver(request.controls.get(controlOids.dirSync) ?? Buffer.alloc(0))
  expectHeader(cursor, tags.sequence)
  expectHeader(cursor, tags.integer)
  const flags = takeInteger(cursor)
  expectHeader(cursor, tags.integer)
  takeInteger(cursor)
  expectHeader(cursor, tags.octets)
  return { flags, cookie: takeBytes(cursor).toString() }
}

function sendObjects(reply: FakeReply, from: number, count: number): void {
  for (let index = from; index < from + count; index += 1) {
    const guid = Buffer.alloc(16)
    guid.writeUInt32LE(index)
    reply.entry(`CN=${index},DC=y`, { objectGUID: [guid], name: [String(index)] })
  }
}

const summary = (pages: readonly DirSyncPage[]): unknown =>
  pages.map(({ entries, cookie, more }) => [entries.length, cookie.toString(), more])

test('answers follow one another until the server has no more, with a cookie that is safe at every page', async () => {
  const script: FakeScript = (request, reply) => {
    const { cookie } = positionOf(request)
    if (cookie === 'start') sendObjects(reply, 0, 5)
    if (cookie === 'two') sendObjects(reply, 5, 2)
    const next = { start: 'one', one: 'two', two: 'three' }[cookie] ?? ''
    reply.result(0, { controls: [dirSyncAnswer(cookie !== 'two', next)] })
  }
  await withClient(script, async (client, fake) => {
    const pages = await Array.fromAsync(client.dirSync({ ...query, pageSize: 3, cookie: Buffer.from('start') }))
    assert.deepEqual(summary(pages), [
      [3, 'start', true],
      [2, 'one', true],
      [0, 'two', true],
      [2, 'three', false],
    ])
    const [, first] = fake.requests
    assert.ok(first?.type === 'search')
    assert.equal(positionOf(first).flags | 0, (dirSyncFlags.objectSecurity + dirSyncFlags.incrementalValues) | 0)
    assert.ok(first.controls.has(controlOids.extendedDn))
    assert.deepEqual([first.base, first.scope], ['DC=y', 'subtree'])
  })
})

test('entries are handed on before the server has finished', async () => {
  const held: FakeReply[] = []
  const script: FakeScript = (_request, reply) => {
    sendObjects(reply, 0, 3)
    held.push(reply)
  }
  await withClient(script, async (client) => {
    const pages = client.dirSync({ ...query, pageSize: 3 })
    const first = await pages.next()
    assert.deepEqual(
      first.value?.entries.map(({ dn }) => dn),
      ['CN=0,DC=y', 'CN=1,DC=y', 'CN=2,DC=y'],
    )
    assert.deepEqual([first.value?.cookie.length, first.value?.more], [0, true])
    held[0]?.result(0, { controls: [dirSyncAnswer(false, 'end')] })
    const last = await pages.next()
    assert.deepEqual(last.value && summary([last.value]), [[0, 'end', false]])
    assert.equal((await pages.next()).done, true)
  })
})

test('removed, unchanged and changed attributes are told apart', async () => {
  const script: FakeScript = (_request, reply) => {
    reply.entry('CN=x,DC=y', {
      objectGUID: [Buffer.alloc(16)],
      parentGUID: [Buffer.alloc(16, 1)],
      title: [],
      sn: ['Doe'],
      'member;range=0-0': ['CN=z'],
    })
    reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withClient(script, async (client) => {
    const [entry] = (await Array.fromAsync(client.dirSync(query))).flatMap(({ entries }) => entries)
    assert.deepEqual(entry?.attributes.get('title'), [])
    assert.deepEqual(entry?.attributes.get('sn')?.map(String), ['Doe'])
    assert.equal(entry?.attributes.has('givenname'), false)
    assert.deepEqual(entry?.memberRemoved, [{ dn: 'CN=z' }])
    assert.equal(entry?.parentGuid, '01010101-0101-0101-0101-010101010101')
  })
})

test('a forced range of a full read is completed', async () => {
  const script: FakeScript = (request, reply) => {
    const isFirst = request.controls.has(controlOids.dirSync)
    const range = isFirst ? 'member;range=0-0' : 'member;range=1-*'
    reply.entry('CN=g,DC=y', { objectGUID: [Buffer.alloc(16)], [range]: [isFirst ? 'CN=a' : 'CN=b'] })
    reply.result(0, { controls: isFirst ? [dirSyncAnswer(false, 'end')] : [] })
  }
  await withClient(script, async (client) => {
    const pages = await Array.fromAsync(client.dirSync({ ...query, flags: dirSyncFlags.objectSecurity }))
    assert.deepEqual(pages[0]?.entries[0]?.member, [{ dn: 'CN=a' }, { dn: 'CN=b' }])
  })
})

test('a cookie that the server does not know is told as unsupported', async () => {
  await withClient(
    (_request, reply) => reply.result(12),
    async (client) => {
      const read = Array.fromAsync(client.dirSync({ ...query, cookie: Buffer.from('rubbish') }))
      await assert.rejects(
        read,
        (error) => error instanceof DirectoryError && error.kind === 'unsupported' && !error.retryable,
      )
    },
  )
})

test('a server that promises more without progress, or forgets the cookie or a GUID, is not believed', async () => {
  const scripts: readonly FakeScript[] = [
    (_request, reply) => reply.result(0, { controls: [dirSyncAnswer(true, '')] }),
    (_request, reply) => reply.result(0),
    (_request, reply) => {
      reply.entry('CN=x', { name: ['x'] })
      reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
    },
  ]
  for (const script of scripts) {
    await withClient(script, async (client) => {
      const read = Array.fromAsync(client.dirSync(query))
      await assert.rejects(read, (error) => error instanceof DirectoryError && error.kind === 'protocol')
    })
  }
})

test('leaving the loop early stops the answer that is under way', async () => {
  await withClient(
    (_request, reply) => sendObjects(reply, 0, 3),
    async (client, fake) => {
      for await (const page of client.dirSync({ ...query, pageSize: 3 })) {
        assert.equal(page.entries.length, 3)
        break
      }
      await fake.requestOf('abandon')
    },
  )
})
