import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlOids } from '@lockstep/ldap/control'
import { type FakeDirectory, type FakeScript, startFakeDirectory } from '@lockstep/ldap/testing/fake-directory'
import { dirSyncAnswer, type FakeReply } from '@lockstep/ldap/testing/fake-reply'
import type { FakeRequest } from '@lockstep/ldap/testing/fake-request'
import { type AgentRun, startAgent } from '../testing/agent-run.ts'
import { FakeHub } from '../testing/fake-hub.ts'
import { runImport } from './run-import.ts'

const settings = {
  domainId: 'd',
  baseDn: 'DC=y',
  rootDn: 'OU=x,DC=y',
  integrationGroupDn: 'CN=g,DC=y',
  userContainerDn: 'OU=x,DC=y',
  groupContainerDn: 'OU=x,DC=y',
  upnSuffix: 'y',
}

/** Answers everything but DirSync as a quiet domain controller does. */
function answerCalmly(request: FakeRequest, reply: FakeReply, usn = '10'): void {
  if (request.type !== 'search') return
  const names = { dsServiceName: ['CN=s'], dnsHostName: ['dc1.y'], defaultNamingContext: ['DC=y'] }
  if (request.base === '') reply.entry('', { highestCommittedUSN: [usn], ...names })
  if (request.base === 'CN=s') reply.entry('CN=s', { invocationId: [Buffer.alloc(16, 7)] })
  reply.result(0)
}

function sendUsers(reply: FakeReply, from: number, count: number): void {
  for (let index = from; index < from + count; index += 1) {
    const guid = Buffer.alloc(16)
    guid.writeUInt32LE(index)
    reply.entry(`CN=${index},DC=y`, { objectGUID: [guid], objectClass: ['top', 'user'], name: [String(index)] })
  }
}

async function withAgent(
  script: FakeScript,
  body: (hub: FakeHub, agent: AgentRun, directory: FakeDirectory) => Promise<void>,
): Promise<void> {
  await using directory = await startFakeDirectory({ script })
  await using hub = new FakeHub(settings)
  await hub.start()
  const { url, ca } = directory
  await using agent = startAgent(runImport, hub, { url, ca, bindDn: 'agent', password: 'secret', timeoutMs: 5000 })
  await body(hub, agent, directory)
}

const isDirSync = (request: FakeRequest): boolean => request.controls.has(controlOids.dirSync)

test('a large answer that the controller gives in parts becomes batches of at most a thousand objects', async () => {
  let part = 0
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    sendUsers(reply, part * 900, 900)
    part += 1
    reply.result(0, { controls: [dirSyncAnswer(part < 3, `part${part}`)] })
  }
  await withAgent(script, async (hub) => {
    const last = await hub.until(() => hub.batches.find(({ end }) => end !== undefined))
    assert.deepEqual(
      hub.batches.map(({ first, objects }) => [first, objects.length]),
      [
        [true, 1000],
        [false, 1000],
        [false, 700],
      ],
    )
    assert.equal(Buffer.from(last.end?.cookie ?? '', 'base64').toString(), 'part3')
    assert.deepEqual([last.end?.objectCount, last.end?.highestUsn], [2700, '10'])
  })
})

test('an answer that breaks off is read again from the start, and never ends with a position', async () => {
  let tries = 0
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    tries += 1
    sendUsers(reply, 0, 1500)
    if (tries === 1) reply.disconnect()
    else reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withAgent(script, async (hub) => {
    const last = await hub.until(() => hub.batches.find(({ end }) => end !== undefined))
    const complete = hub.batches.filter(({ readId }) => readId === last.readId)
    assert.equal(complete.flatMap(({ objects }) => objects).length, 1500)
    assert.equal(tries, 2)
  })
})

test('a busy controller is asked again', async () => {
  let tries = 0
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    tries += 1
    if (tries < 3) return reply.result(51)
    reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withAgent(script, async (hub, agent) => {
    await hub.until(() => hub.batches.length === 1)
    assert.equal(tries, 3)
    assert.ok(agent.lines.some((line) => line.includes('"kind":"busy"')))
  })
})

test('a position that the controller does not know any more leads to a full read', async () => {
  let usn = 10
  const script: FakeScript = (request, reply) => {
    usn += 1
    if (!isDirSync(request)) return answerCalmly(request, reply, String(usn))
    const isFull = !(request.controls.get(controlOids.dirSync) ?? Buffer.alloc(0)).includes('end')
    if (isFull) reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
    else reply.result(12)
  }
  await withAgent(script, async (hub) => {
    await hub.until(() => hub.batches.length >= 2)
    assert.deepEqual(new Set(hub.batches.map(({ kind }) => kind)), new Set(['full']))
  })
})

test('members that follow their group in the same full read add to it', async () => {
  const group = Buffer.alloc(16, 1)
  const link = (number: number): string => `<GUID=00000000-0000-0000-0000-00000000000${number}>;CN=${number},DC=y`
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    const names = { objectClass: ['top', 'group'], 'member;range=1-1': [link(1)] }
    reply.entry('CN=g,DC=y', { objectGUID: [group], ...names })
    reply.entry('CN=g,DC=y', { objectGUID: [group], 'member;range=1-1': [link(2)] })
    reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withAgent(script, async (hub) => {
    await hub.until(() => hub.batches.length === 2)
    assert.deepEqual(
      hub.batches.map(({ objects }) => objects.map(({ complete, members }) => [complete, members?.complete])),
      [[[true, true]], [[false, false]]],
    )
  })
})

test('a paused agent and a stand-by read nothing and go on when they become primary', async () => {
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withAgent(script, async (hub) => {
    hub.state.leaseMs = 60
    hub.state.role = 'standby'
    const since = hub.batches.length
    const asked = hub.leaseRequests.length
    await hub.until(() => hub.leaseRequests.length >= asked + 3)
    hub.state.refuse = () => ({ status: 403, code: 'agent_paused' })
    const paths = hub.paths.length
    await hub.until(() => hub.paths.length >= paths + 3)
    hub.state.refuse = () => undefined
    hub.state.role = 'primary'
    hub.state.fullReadWanted = true
    await hub.until(() => hub.batches.length > since)
  })
})

test('a lost lease is asked for anew, and posts carry the new epoch', async () => {
  const script: FakeScript = (request, reply) => {
    if (!isDirSync(request)) return answerCalmly(request, reply)
    reply.result(0, { controls: [dirSyncAnswer(false, 'end')] })
  }
  await withAgent(script, async (hub) => {
    let isLost = true
    hub.state.refuse = (path) => {
      if (!isLost || path !== '/agents/v1/import/read') return undefined
      isLost = false
      hub.state.epoch = 2
      hub.state.fullReadWanted = true
      return { status: 409, code: 'lease_lost' }
    }
    const batch = await hub.until(() => hub.batches[0])
    assert.deepEqual([isLost, batch.epoch, batch.end !== undefined], [false, 2, true])
  })
})

test('a signature that the hub refuses is logged as an error once and tried again', async () => {
  const script: FakeScript = (request, reply) => answerCalmly(request, reply)
  await withAgent(script, async (hub, agent) => {
    hub.publicKey = ''
    const asked = hub.paths.length
    await hub.until(() => hub.paths.length >= asked + 5)
    assert.equal(agent.lines.filter((line) => line.includes('agent_signature_invalid')).length, 1)
    assert.ok(agent.lines.some((line) => line.includes('"level":"error"')))
  })
})
