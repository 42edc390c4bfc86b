import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { AgentClient } from '@lockstep/client/agent-client'
import { newAgentKeys } from '@lockstep/client/agent-keys'
import { HubError } from '@lockstep/client/hub-error'
import { testCertificate } from '@lockstep/ldap/testing/test-certificate'

test('a hub over TLS is spoken to only when a trusted authority signed its certificate', async () => {
  const { key, cert } = await testCertificate()
  let requests = 0
  const server = createServer({ key, cert }, (_request, response) => {
    requests += 1
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const identity = { agentId: 'agent', privateKey: newAgentKeys().privateKey }
  const trusting = new AgentClient({ url, ca: cert }, identity)
  const doubting = new AgentClient({ url }, identity)
  try {
    await trusting.reportWork({ epoch: 1, outcomes: [] })
    await assert.rejects(doubting.reportWork({ epoch: 1, outcomes: [] }), (error) => {
      assert.ok(error instanceof HubError)
      return /CERT/.test(error.detail)
    })
    assert.equal(requests, 1)
  } finally {
    trusting.close()
    doubting.close()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
})
