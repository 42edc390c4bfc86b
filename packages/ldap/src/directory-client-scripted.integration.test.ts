import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'

import { integer, octets } from './ber-writer.ts'
import { controlOids } from './control.ts'
import { connectDirectory, type DirectoryClient, type DirectoryOptions } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import type { DirectoryErrorKind } from './directory-error-kind.ts'
import { type FakeDirectory, type FakeScript, startFakeDirectory } from './testing/fake-directory.ts'
import { verifyPassword } from './verify-password.ts'

function optionsFor(fake: Pick<FakeDirectory, 'url' | 'ca' | 'servername'>): DirectoryOptions {
  return {
    url: fake.url,
    ca: fake.ca,
    servername: fake.servername,
    bindDn: 'agent',
    password: 'secret',
    timeoutMs: 5000,
  }
}

async function withClient(
  script: FakeScript,
  body: (client: DirectoryClient, fake: FakeDirectory) => Promise<void>,
  options: Partial<DirectoryOptions> = {},
): Promise<void> {
  await using fake = await startFakeDirectory({ script })
  await using client = await connectDirectory({ ...optionsFor(fake), ...options })
  await body(client, fake)
}

const failsWith = (kind: DirectoryErrorKind) => (error: unknown) => {
  assert.ok(error instanceof DirectoryError, String(error))
  assert.equal(error.kind, kind)
  return true
}

test('an address without TLS is refused before anything is sent', async () => {
  for (const url of ['ldap://127.0.0.1', 'http://127.0.0.1', '127.0.0.1:636', 'ldaps://', '']) {
    const options = { url, bindDn: 'agent', password: 'secret', timeoutMs: 100 }
    await assert.rejects(connectDirectory(options), failsWith('plain_connection'), url)
  }
})

test('an empty name or password never reaches the server', async () => {
  await using fake = await startFakeDirectory()
  await assert.rejects(connectDirectory({ ...optionsFor(fake), password: '' }), failsWith('credentials'))
  await assert.rejects(connectDirectory({ ...optionsFor(fake), bindDn: '' }), failsWith('credentials'))
  assert.equal(await verifyPassword({ ...optionsFor(fake), password: '' }), 'wrong_password')
  assert.deepEqual(fake.requests, [])
})

test('a certificate of an unknown authority or for another name is refused', async () => {
  await using fake = await startFakeDirectory()
  const { ca: _, ...withoutAuthority } = optionsFor(fake)
  await assert.rejects(connectDirectory(withoutAuthority), failsWith('certificate'))
  await assert.rejects(connectDirectory({ ...optionsFor(fake), servername: 'other.example' }), failsWith('certificate'))
  assert.deepEqual(fake.requests, [])
  const { servername: __, ...byAddress } = optionsFor(fake)
  await (await connectDirectory(byAddress)).close()
})

test('a wrong password is told with its sub-code, and nothing stays open', async () => {
  await using fake = await startFakeDirectory()
  await assert.rejects(connectDirectory({ ...optionsFor(fake), password: 'wrong' }), (error) => {
    assert.ok(error instanceof DirectoryError)
    assert.deepEqual(
      [error.kind, error.resultCode, error.adCode, error.subCode],
      ['credentials', 49, '80090308', '52e'],
    )
    assert.doesNotMatch(error.message + error.remedy, /wrong(?! )/)
    return true
  })
  assert.equal(await verifyPassword({ ...optionsFor(fake), password: 'wrong' }), 'wrong_password')
  assert.equal(await verifyPassword(optionsFor(fake)), 'accepted')
})

test('a server that cannot be asked is not a wrong password', async () => {
  await using fake = await startFakeDirectory({ onBind: (_request, reply) => reply.result(51) })
  await assert.rejects(verifyPassword(optionsFor(fake)), failsWith('busy'))
})

test('a server that accepts the connection and says nothing runs into the time limit', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = `ldaps://127.0.0.1:${(silent.address() as AddressInfo).port}`
  silent.on('connection', (socket) =>
    socket
      .on('error', () => undefined)
      .on('end', () => socket.destroy())
      .resume(),
  )
  await assert.rejects(connectDirectory({ url, bindDn: 'a', password: 'b', timeoutMs: 20 }), failsWith('timeout'))
  const closed = once(silent, 'close')
  silent.close()
  await closed
  await assert.rejects(connectDirectory({ url, bindDn: 'a', password: 'b', timeoutMs: 5000 }), failsWith('connection'))
})

test('a bind that is never answered runs into the time limit', async () => {
  await using fake = await startFakeDirectory({ onBind: () => undefined })
  await assert.rejects(connectDirectory({ ...optionsFor(fake), timeoutMs: 300 }), failsWith('timeout'))
})

test('a request without answer is abandoned alone and late answers are ignored', async () => {
  const script: FakeScript = (request, reply) => {
    if (request.type === 'remove') reply.result(0)
    if (request.type !== 'search' || request.base === 'slow') return
    reply.entry('CN=x', { cn: ['x'] })
    reply.result(0)
  }
  await withClient(
    script,
    async (client, fake) => {
      const slow = assert.rejects(client.read('slow', ['cn']), failsWith('timeout'))
      assert.equal((await client.read('CN=x', ['cn']))?.dn, 'CN=x')
      await slow
      const abandoned = await fake.requestOf('abandon')
      const search = await fake.requestOf('search')
      assert.equal(abandoned.type === 'abandon' && abandoned.abandonedId, search.messageId)
      await client.remove('CN=x')
      assert.ok(client.isOpen)
    },
    { requestTimeoutMs: 50 },
  )
})

test('a connection cut in the middle of a reply fails what waits and all that follows', async () => {
  const script: FakeScript = (request, reply) => {
    if (request.type !== 'search') return
    reply.entry('CN=x', { cn: ['x'] })
    reply.raw(Buffer.from('30840000', 'hex'))
    reply.disconnect()
  }
  await withClient(script, async (client) => {
    const waiting = assert.rejects(client.remove('CN=x'), failsWith('connection'))
    await assert.rejects(client.read('CN=x', ['cn']), failsWith('connection'))
    await waiting
    assert.equal(client.isOpen, false)
    await assert.rejects(client.highestCommittedUsn(), failsWith('connection'))
    await assert.rejects(client.modify('CN=x', []), failsWith('connection'))
    await assert.rejects(client.dirSync({ base: '', attributes: [] }).next(), failsWith('connection'))
  })
})

test('a notice of disconnection and bytes that are not LDAP end the connection', async () => {
  const ends: readonly FakeScript[] = [
    (_request, reply) => reply.notice(52),
    (_request, reply) => reply.raw(Buffer.from('HTTP/1.1 400 Bad Request')),
  ]
  for (const script of ends) {
    await withClient(script, async (client) => {
      await assert.rejects(client.remove('CN=x'), failsWith('connection'))
      assert.equal(client.isOpen, false)
    })
  }
})

test('unknown operations and references amid a reply are passed over', async () => {
  const script: FakeScript = (_request, reply) => {
    reply.operation(0x79, octets('1.2.3', 0x80))
    reply.reference('ldap://other.example/CN=y')
    reply.entry('CN=x', { cn: ['x'] })
    reply.operation(0x79, octets('1.2.3', 0x80))
    reply.result(0)
  }
  await withClient(script, async (client) => assert.equal((await client.read('CN=x', ['cn']))?.dn, 'CN=x'))
})

test('an answer of the wrong kind fails its request and leaves the connection usable', async () => {
  const script: FakeScript = (request, reply) =>
    request.type === 'modify' ? reply.operation(0x64, Buffer.concat([octets('CN=x'), integer(1)])) : reply.result(0)
  await withClient(script, async (client) => {
    await assert.rejects(client.modify('CN=x', []), failsWith('protocol'))
    await client.remove('CN=x')
  })
})

test('writes go out as they were asked for', async () => {
  await withClient(
    (_request, reply) => reply.result(0),
    async (client, fake) => {
      await client.add('CN=x,DC=y', { objectClass: ['top', 'user'], sAMAccountName: 'x', description: [] })
      await client.modify('CN=x,DC=y', [{ operation: 'replace', attribute: 'title', values: [] }])
      await client.modify('CN=x,DC=y', [{ operation: 'add', attribute: 'a', values: ['ü', Buffer.from([1])] }], {
        permissive: true,
      })
      await client.rename('CN=x,DC=y', 'CN=z\\\\', 'OU=w,DC=y')
      await client.rename('CN=x,DC=y', 'CN=z')
      await client.remove('CN=z,DC=y')
      const [, add, clear, modify, move, rename, remove] = fake.requests
      assert.ok(add?.type === 'add' && clear?.type === 'modify' && modify?.type === 'modify')
      assert.deepEqual(
        [...add.attributes].map(([name, values]) => [name, values.map(String)]),
        [
          ['objectClass', ['top', 'user']],
          ['sAMAccountName', ['x']],
        ],
      )
      assert.deepEqual(clear.changes, [{ operation: 'replace', attribute: 'title', values: [] }])
      assert.equal(clear.controls.has(controlOids.permissiveModify), false)
      assert.deepEqual(modify.changes, [
        { operation: 'add', attribute: 'a', values: [Buffer.from('ü'), Buffer.from([1])] },
      ])
      assert.ok(modify.controls.has(controlOids.permissiveModify))
      assert.ok(move?.type === 'rename' && rename?.type === 'rename' && remove?.type === 'remove')
      assert.deepEqual([move.dn, move.newRdn, move.newParent], ['CN=x,DC=y', 'CN=z\\\\', 'OU=w,DC=y'])
      assert.equal(rename.newParent, undefined)
      assert.equal(remove.dn, 'CN=z,DC=y')
    },
  )
})

test('refusals of the server arrive typed', async () => {
  const codes = [
    [51, 'busy'],
    [52, 'unavailable'],
    [50, 'access_denied'],
    [68, 'already_exists'],
  ] as const
  for (const [code, kind] of codes) {
    await withClient(
      (_request, reply) => reply.result(code),
      async (client) => {
        await assert.rejects(client.remove('CN=x'), failsWith(kind))
      },
    )
  }
})

test('closing fails what waits, can be repeated, and says goodbye', async () => {
  await withClient(
    () => undefined,
    async (client, fake) => {
      const waiting = assert.rejects(client.remove('CN=x'), failsWith('connection'))
      await fake.requestOf('remove')
      await Promise.all([client.close(), client.close()])
      await waiting
      await fake.requestOf('unbind')
      assert.equal(client.isOpen, false)
    },
  )
})

test('the root of the server tells its state and identity', async () => {
  const identity = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const script: FakeScript = (request, reply) => {
    if (request.type !== 'search') return
    const service = {
      highestCommittedUSN: ['12345678901'],
      dsServiceName: ['CN=NTDS Settings,CN=DC1'],
      dnsHostName: ['dc1'],
      defaultNamingContext: ['DC=y'],
    }
    if (request.base === '') reply.entry('', service)
    else if (request.base === 'CN=NTDS Settings,CN=DC1') reply.entry(request.base, { invocationId: [identity] })
    reply.result(0)
  }
  await withClient(script, async (client) => {
    assert.deepEqual(await client.readRootDse(), {
      highestCommittedUsn: 12345678901n,
      dsServiceName: 'CN=NTDS Settings,CN=DC1',
      dnsHostName: 'dc1',
      defaultNamingContext: 'DC=y',
      invocationId: '33221100-5544-7766-8899-aabbccddeeff',
    })
    assert.equal(await client.highestCommittedUsn(), 12345678901n)
  })
})
