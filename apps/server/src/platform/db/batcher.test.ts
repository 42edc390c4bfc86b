import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatcher, Overloaded } from './batcher.ts'
import { DatabaseUnavailable } from './database-error.ts'

test('items of one turn are sent together and answered in their order', async () => {
  const batches: (readonly number[])[] = []
  const batcher = createBatcher<number, number>({
    send: async (items) => {
      batches.push(items)
      return items.map((item) => item * 10)
    },
    maxItems: 4,
  })
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batcher.submit(item))), [10, 20, 30, 40, 50, 60])
  assert.deepEqual(batches, [
    [1, 2, 3, 4],
    [5, 6],
  ])
})

test('what arrives while all batches are under way forms the next one', async () => {
  const batches: (readonly number[])[] = []
  const gates: (() => void)[] = []
  const arrived = Promise.withResolvers<void>()
  const batcher = createBatcher<number, number>({
    inFlight: 1,
    send: async (items) => {
      batches.push(items)
      if (batches.length === 1) {
        arrived.resolve()
        await new Promise<void>((resolve) => gates.push(resolve))
      }
      return items
    },
  })
  const first = batcher.submit(1)
  await arrived.promise
  const others = [2, 3, 4].map((item) => batcher.submit(item))
  gates.forEach((open) => open())
  assert.deepEqual(await Promise.all([first, ...others]), [1, 2, 3, 4])
  assert.deepEqual(batches, [[1], [2, 3, 4]])
})

test('an item that fails its batch fails alone, and each neighbour is answered', async () => {
  const batcher = createBatcher<number, number>({
    send: async (items) => {
      if (items.includes(3)) throw new Error('three')
      return items
    },
  })
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.submit(item)))
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed')),
    [1, 2, 'failed', 4],
  )
})

test('nothing is sent a second time when the connection was lost in the commit', async () => {
  let sent = 0
  const batcher = createBatcher<number, number>({
    send: async () => {
      sent += 1
      throw new DatabaseUnavailable(new Error('gone'))
    },
  })
  const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)))
  assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(['rejected']))
  assert.equal(sent, 1)
})

test('a full queue refuses more with Overloaded', async () => {
  const batcher = createBatcher<number, number>({ send: async (items) => items, queueLimit: 2 })
  const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)))
  assert.equal(outcomes[2]?.status, 'rejected')
  assert.ok(outcomes[2].reason instanceof Overloaded)
  assert.deepEqual(
    outcomes.slice(0, 2).map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  )
})

test('closing answers what was submitted before and refuses what comes after', async () => {
  const batcher = createBatcher<number, number>({ send: async (items) => items, maxItems: 1 })
  const before = [1, 2, 3].map((item) => batcher.submit(item))
  const closing = batcher.close()
  await assert.rejects(batcher.submit(4), Overloaded)
  await closing
  assert.deepEqual(await Promise.all(before), [1, 2, 3])
})

test('a sender that answers too few is an error of every item and not tried again', async () => {
  let sent = 0
  const batcher = createBatcher<number, number>({
    send: async () => {
      sent += 1
      return [1]
    },
  })
  const outcomes = await Promise.allSettled([batcher.submit(1), batcher.submit(2)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(sent, 1)
})
