import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkReply } from '@lockstep/contract/agents/protocol'
import { type Batch, batchItems, supplyWork } from './work-supply.ts'

const settings = {
  domainId: 'd',
  baseDn: 'DC=y',
  rootDn: 'OU=x,DC=y',
  integrationGroupDn: 'CN=g,DC=y',
  userContainerDn: 'OU=x,DC=y',
  groupContainerDn: 'OU=x,DC=y',
  upnSuffix: 'y',
}

function batchOf(count: number, mayHoldWork: boolean): Batch {
  const items = Array.from({ length: count }, (_, index) => ({
    ...{ kind: 'group' as const, groupId: index.toString(), revision: 1, name: 'Crew', description: '' },
  }))
  const reply: WorkReply = { role: 'primary', epoch: 1, settings, items, ...(mayHoldWork ? { mayHoldWork } : {}) }
  return { reply, isOver: () => false }
}

test('a hub that does not know of work in hand is asked again only when nothing is', async () => {
  let given = 0
  for await (const { item } of supplyWork(batchOf(batchItems, false), () => assert.fail('it is not asked'))) {
    assert.equal(item.kind, 'group')
    given += 1
  }
  assert.equal(given, batchItems)
})

test('a question that fails is told after everything that was given', async () => {
  let given = 0
  const reading = async (): Promise<void> => {
    const failure = new Error('the hub is away')
    for await (const _work of supplyWork(batchOf(batchItems, true), () => Promise.reject(failure))) given += 1
  }
  await assert.rejects(reading, /the hub is away/)
  assert.equal(given, batchItems)
})

test('whoever stops early has the answer of the question under way before the next is asked', async () => {
  const { promise: answer, resolve } = Promise.withResolvers<Batch>()
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>()
  let isAsked = false
  let isLeft = false
  const ask = (): Promise<Batch> => {
    isAsked = true
    onAsked()
    return answer
  }
  const reading = async (): Promise<void> => {
    for await (const _work of supplyWork(batchOf(batchItems, true), ask)) if (isAsked) break
    isLeft = true
  }
  const read = reading()
  await asked
  await new Promise((done) => setImmediate(done))
  assert.equal(isLeft, false)
  resolve(batchOf(1, true))
  await read
})
