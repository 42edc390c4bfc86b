import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { openFaultyWay } from './faulty-way.ts'

/** Answers what it is told. */
async function echo(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}

async function call(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function answerTo(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString()
}

test('what is said comes through, slowly too; what is held comes when it is released; what is cut ends', async () => {
  const server = await echo()
  const way = await openFaultyWay({ host: '127.0.0.1', port: server.port })
  const socket = await call(way.port)
  assert.equal(await answerTo(socket, 'one'), 'one')
  way.slow(1)
  assert.equal(await answerTo(socket, 'two'), 'two')
  way.slow(0)
  way.hold()
  let isReleased = false
  const answer = answerTo(socket, 'three').then((text) => [text, isReleased])
  // Whatever still passes has passed once another way has answered several times.
  const other = await call(server.port)
  for (const text of ['a', 'b', 'c']) assert.equal(await answerTo(other, text), text)
  isReleased = true
  way.release()
  assert.deepEqual(await answer, ['three', true])
  const ended = once(socket, 'close')
  way.cut()
  await ended
  await way.close()
  await assert.rejects(call(way.port), { code: 'ECONNREFUSED' })
  await way.open()
  const again = await call(way.port)
  assert.equal(await answerTo(again, 'four'), 'four')
  for (const each of [again, other]) each.destroy()
  await way.close()
  server.close()
})

test('an answer is cut within, after as many octets as were asked for, and one that is spared is not', async () => {
  const server = await echo()
  const way = await openFaultyWay({ host: '127.0.0.1', port: server.port })
  const socket = await call(way.port)
  const cut = way.cutWithin('answers', 6)
  assert.equal(await answerTo(socket, 'four'), 'four')
  const ended = once(socket, 'close')
  assert.equal(await answerTo(socket, 'five'), 'fi')
  await Promise.all([cut, ended])
  const other = await call(way.port)
  void way.cutWithin('requests', 0)
  way.spare()
  assert.equal(await answerTo(other, 'six'), 'six')
  other.destroy()
  await way.close()
  server.close()
})
