import assert from 'node:assert/strict'
import { test } from 'node:test'

import { controlOids, pagedResultsCookie } from './control.ts'
import { connectDirectory, type DirectoryClient } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import { type FakeDirectory, type FakeScript, startFakeDirectory } from './testing/fake-directory.ts'
import { pagedAnswer } from './testing/fake-reply.ts'
import type { FakeRequest } from './testing/fake-request.ts'
import { texts } from './text.ts'

const query = { base: 'DC=y', scope: 'subtree', attributes: ['cn', 'member', 'objectGUID'] } as const
const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

async function withClient(
  script: FakeScript,
  body: (client: DirectoryClient, fake: FakeDirectory) => Promise<void>,
): Promise<void> {
  await using fake = await startFakeDirectory({ script })
  const options = { url: fake.url, ca: fake.ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 }
  await using client = await connectDirectory(options)
  await body(client, fake)
}

function cookieOf(request: FakeRequest): string {
  return pagedResultsCookie(request.controls.get(controlOids.pagedResults) ?? Buffer.alloc(0)).toString()
}

test('paging goes on through empty pages until the cookie is empty', async () => {
  const next: Readonly<Record<string, readonly [string, string]>> = {
    '': ['a', '1'],
    1: ['', '2'],
    2: ['', '3'],
    3: ['b', ''],
  }
  const script: FakeScript = (request, reply) => {
    const [name, cookie] = next[cookieOf(request)] ?? ['', '']
    if (name !== '') reply.entry(`CN=${name}`, { cn: [name] })
    reply.result(0, { controls: [pagedAnswer(cookie)] })
  }
  await withClient(script, async (client) => {
    const pages = await Array.fromAsync(client.search(query))
    assert.deepEqual(
      pages.map((page) => page.map(({ dn }) => dn)),
      [['CN=a'], ['CN=b']],
    )
  })
})

test('a size limit or a busy server ends the search with its kind after the entries sent', async () => {
  for (const [code, kind] of [
    [4, 'size_limit'],
    [51, 'busy'],
  ] as const) {
    const script: FakeScript = (_request, reply) => {
      reply.entry('CN=a', { cn: ['a'] })
      reply.result(code)
    }
    await withClient(script, async (client) => {
      const search = client.search(query)
      assert.equal((await search.next()).value?.length, 1)
      await assert.rejects(search.next(), (error) => error instanceof DirectoryError && error.kind === kind)
    })
  }
})

test('a forced range is read to its end under the plain name', async () => {
  const members = Array.from({ length: 4000 }, (_, index) => `CN=${index}`)
  const script: FakeScript = (request, reply) => {
    if (request.type !== 'search') return
    const lower = Number(/range=(\d+)/.exec(request.attributes[0] ?? '')?.[1] ?? 0)
    const upper = lower + 1499 >= members.length - 1 ? '*' : lower + 1499
    const values = members.slice(lower, lower + 1500)
    reply.entry('CN=g', { objectGUID: [id], member: [], [`member;range=${lower}-${upper}`]: values })
    reply.result(0)
  }
  await withClient(script, async (client, fake) => {
    const [page] = await Array.fromAsync(client.search(query))
    const [group] = page ?? []
    assert.ok(group !== undefined)
    assert.deepEqual([...group.attributes.keys()], ['objectguid', 'member'])
    assert.deepEqual(texts(group, 'member'), members)
    const bases = fake.requests.map((request) => (request.type === 'search' ? request.base : ''))
    assert.deepEqual(bases, [
      '',
      'DC=y',
      '<GUID=33221100-5544-7766-8899-aabbccddeeff>',
      '<GUID=33221100-5544-7766-8899-aabbccddeeff>',
    ])
  })
})

test('an entry deleted while its range is read is left out', async () => {
  const script: FakeScript = (request, reply) => {
    if (request.type !== 'search') return
    if (request.base !== 'DC=y') return reply.result(32)
    reply.entry('CN=g', { objectGUID: [id], 'member;range=0-0': ['CN=a'] })
    reply.entry('CN=h', { objectGUID: [id], member: ['CN=a'] })
    reply.result(0)
  }
  await withClient(script, async (client) => {
    const [page] = await Array.fromAsync(client.search(query))
    assert.deepEqual(
      page?.map(({ dn }) => dn),
      ['CN=h'],
    )
  })
})

test('leaving a search early stops the server', async () => {
  const script: FakeScript = (_request, reply) => {
    for (let index = 0; index < 10; index += 1) reply.entry(`CN=${index}`, { cn: [String(index)] })
  }
  await withClient(script, async (client, fake) => {
    for await (const page of client.search({ ...query, pageSize: 5 })) {
      assert.equal(page.length, 5)
      break
    }
    await fake.requestOf('abandon')
  })
})

test('an object that is not there is undefined and other refusals are errors', async () => {
  const script: FakeScript = (request, reply) =>
    reply.result(request.type === 'search' && request.base === 'CN=gone' ? 32 : 50)
  await withClient(script, async (client) => {
    assert.equal(await client.read('CN=gone', ['cn']), undefined)
    await assert.rejects(
      client.read('CN=hidden', ['cn']),
      (error) => error instanceof DirectoryError && error.kind === 'access_denied',
    )
  })
})

test('a reader slower than the server gets everything, and may ask other things meanwhile', async () => {
  const photo = Buffer.alloc(100_000, 1)
  const script: FakeScript = (request, reply) => {
    if (request.type !== 'search') return
    const count = request.base === 'DC=y' ? 300 : 1
    for (let index = 0; index < count; index += 1) reply.entry(`CN=${index}`, { thumbnailPhoto: [photo] })
    reply.result(0)
  }
  await withClient(script, async (client) => {
    let total = 0
    for await (const page of client.search({ ...query, pageSize: 50 })) {
      total += page.length
      assert.equal(
        (await client.read('CN=0', ['thumbnailPhoto']))?.attributes.get('thumbnailphoto')?.[0]?.length,
        100_000,
      )
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(total, 300)
  })
})
