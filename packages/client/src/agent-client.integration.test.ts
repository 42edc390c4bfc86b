import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { AgentClient, enrolAgent } from './agent-client.ts'
import { newAgentKeys } from './agent-keys.ts'
import { parseHubUrl } from './agent-transport.ts'
import { HubError } from './hub-error.ts'

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void

async function withHub(handler: Handler, use: (url: string, server: Server) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handler(request, Buffer.concat(chunks).toString(), response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server)
  } finally {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}

const keys = newAgentKeys()
const identity = { agentId: 'agent1', privateKey: keys.privateKey }
const report = { epoch: 1, outcomes: [] }

function failsWith(code: string, status: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof HubError, String(error))
    assert.deepEqual([error.code, error.status], [code, status])
    return true
  }
}

test('every request is signed over method, path, time, nonce and body', async () => {
  const now = new Date('2026-03-01T12:00:00.000Z')
  let text = ''
  let signature = ''
  let sent = ''
  const handler: Handler = (request, body, response) => {
    assert.equal(request.headers['x-lockstep-agent'], 'agent1')
    assert.equal(request.headers['x-lockstep-date'], now.toISOString())
    signature = String(request.headers['x-lockstep-signature'])
    text = `${request.method}\n${request.url}\n${now.toISOString()}\n${String(request.headers['x-lockstep-nonce'])}\n`
    sent = body
    response.writeHead(204).end()
  }
  await withHub(handler, async (url) => {
    const client = new AgentClient({ url }, identity, { now: () => now })
    await client.reportWork(report)
    client.close()
  })
  assert.deepEqual(JSON.parse(sent), report)
  const signed = text + createHash('sha256').update(sent).digest('hex')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: keys.publicKey }, format: 'jwk' })
  assert.ok(verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64url')))
  assert.ok(!verify(null, Buffer.from(`${signed}0`), key, Buffer.from(signature, 'base64url')))
})

test('a refusal arrives with its code, and an answer of another program as what it is', async () => {
  const answers = [
    [409, '{"code":"lease_lost","detail":"x"}', failsWith('lease_lost', 409)],
    [502, '<html>', failsWith('unexpected_answer', 502)],
    [200, '<html>', failsWith('unexpected_answer', 0)],
    [200, '{"role":"king"}', failsWith('unexpected_answer', 0)],
  ] as const
  for (const [status, text, expectation] of answers) {
    await withHub(
      (_request, _body, response) => response.writeHead(status).end(text),
      async (url) => {
        const client = new AgentClient({ url }, identity)
        const asked = client.importLease({ hostname: 'h', version: '1', directory: { reachable: true } })
        await assert.rejects(asked, expectation)
        client.close()
      },
    )
  }
})

test('a hub that is not there or is too slow counts as unreachable, and so does a call that is broken off', async () => {
  await withHub(
    () => undefined,
    async (url, server) => {
      const client = new AgentClient({ url }, identity)
      await assert.rejects(client.reportWork(report, { timeoutMs: 20 }), failsWith('unreachable', 0))
      const stop = new AbortController()
      const reporting = client.reportWork(report, { signal: stop.signal })
      server.once('request', () => stop.abort())
      await assert.rejects(reporting, failsWith('unreachable', 0))
      client.close()
    },
  )
  const gone = new AgentClient({ url: 'http://127.0.0.1:9' }, identity)
  await assert.rejects(gone.reportWork(report), failsWith('unreachable', 0))
  gone.close()
})

test('a kept connection that the hub has closed is replaced without a failure', async () => {
  const sockets = new Set<unknown>()
  const nonces: unknown[] = []
  await withHub(
    (request, _body, response) => {
      sockets.add(request.socket)
      nonces.push(request.headers['x-lockstep-nonce'])
      response.writeHead(204).end(() => request.socket.destroy())
    },
    async (url) => {
      const client = new AgentClient({ url }, identity)
      for (let repetition = 0; repetition < 3; repetition += 1) await client.reportWork(report)
      client.close()
    },
  )
  assert.equal(sockets.size, 3)
  assert.equal(new Set(nonces).size, 3)
})

test('enrolment sends the public key without a signature and gives the ids', async () => {
  const request = {
    connectKey: 'k'.repeat(24),
    publicKey: keys.publicKey,
    kind: 'SYNC',
    hostname: 'h',
    version: '1',
  } as const
  await withHub(
    (incoming, body, response) => {
      assert.equal(incoming.headers['x-lockstep-signature'], undefined)
      assert.deepEqual([incoming.url, JSON.parse(body)], ['/agents/v1/enrol', request])
      response.end('{"agentId":"a","domainId":"d"}')
    },
    async (url) => assert.deepEqual(await enrolAgent({ url }, request), { agentId: 'a', domainId: 'd' }),
  )
})

test('plain connections are for this machine only, and a hub has no path', () => {
  for (const url of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]', 'https://hub.example:8443']) {
    assert.equal(parseHubUrl(url).origin, new URL(url).origin)
  }
  for (const url of ['http://hub.example', 'http://127.0.0.1.example', 'ftp://x', 'https://x/y', 'https://u@x', 'x']) {
    assert.throws(() => parseHubUrl(url), Error)
  }
})
