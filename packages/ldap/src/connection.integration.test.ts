import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import { octets } from './ber-writer.ts'
import { Connection } from './connection.ts'
import { DirectoryError } from './directory-error.ts'
import { removeRequest, searchRequest } from './request.ts'
import { startFakeDirectory } from './testing/fake-directory.ts'
import { openTlsSocket } from './tls-socket.ts'

const body = searchRequest({ base: '', scope: 'subtree', filter: '(cn=*)', attributes: [] })

test('the socket rests when too much waits for the reader, and wakes for another request and for the reader', async () => {
  const photo = Buffer.alloc(100_000, 1)
  await using fake = await startFakeDirectory({
    script: (request, reply) => {
      for (let index = 0; request.type === 'search' && index < 300; index += 1) reply.entry('CN=x', { photo: [photo] })
      reply.result(0)
    },
  })
  const socket = await openTlsSocket(fake, 5000)
  // Far longer than a busy machine needs to begin with the answer.
  const connection = new Connection(socket, 60_000)
  for (const isAskedMeanwhile of [true, false]) {
    const paused = once(socket, 'pause')
    const stream = connection.search({ operation: 'search', body }, 50)
    await paused
    if (isAskedMeanwhile) await connection.request({ operation: 'delete', body: removeRequest('CN=x') })
    let total = 0
    for (let isLast = false; !isLast;) {
      const { entries, result } = await stream.next()
      total += entries.length
      isLast = result !== undefined
    }
    assert.equal(total, 300)
  }
  await connection.close()
})

test('a search whose reader is busy does not run into the time limit', async () => {
  await using fake = await startFakeDirectory({
    script: (request, reply) => {
      if (request.type === 'search') reply.entry('CN=x', { cn: ['x'] })
    },
  })
  const connection = new Connection(await openTlsSocket(fake, 5000), 20)
  const stream = connection.search({ operation: 'search', body }, 1)
  // This one is never answered, for five times as long.
  await assert.rejects(connection.request({ operation: 'delete', body: removeRequest('CN=x'), timeoutMs: 100 }))
  assert.equal((await stream.next()).entries.length, 1)
  await assert.rejects(stream.next())
  await connection.close()
})

test('an entry that is none ends the connection when it is taken, though the answer has come to its end', async () => {
  await using fake = await startFakeDirectory({
    script: (request, reply) => {
      // A name, and where the attributes should be another one.
      if (request.type === 'search') reply.operation(0x64, Buffer.concat([octets('CN=x'), octets('CN=y')]))
      reply.result(0)
    },
  })
  const connection = new Connection(await openTlsSocket(fake, 5000), 60_000)
  const lost = (error: unknown): boolean =>
    error instanceof DirectoryError && error.kind === 'connection' && error.cause instanceof DirectoryError
  await assert.rejects(connection.search({ operation: 'search', body }, 50).next(), lost)
  assert.equal(connection.isOpen, false)
  await assert.rejects(connection.request({ operation: 'delete', body: removeRequest('CN=x') }), lost)
  await connection.close()
})
