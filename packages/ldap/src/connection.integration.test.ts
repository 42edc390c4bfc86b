import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import { Connection } from './connection.ts'
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
  const connection = new Connection(socket, 1000)
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
