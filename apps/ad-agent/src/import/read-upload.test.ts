import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadBatch, ReadObject } from '@lockstep/contract/agents/protocol'
import { ReadRefused, ReadUpload } from './read-upload.ts'

function objectOf(number: number, rest: Partial<ReadObject> = {}): ReadObject {
  const guid = `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`
  return { guid, kind: 'user', deleted: false, dn: `CN=${number}`, complete: true, attributes: {}, ...rest }
}

function uploadWith(limits: { objects?: number; bytes?: number; members?: number }, wantedGuids: string[] = []) {
  const batches: ReadBatch[] = []
  const upload = new ReadUpload({
    kind: 'full',
    epoch: 7,
    post: async (batch) => {
      batches.push(batch)
      return { accepted: true, wantedGuids }
    },
    limits: { objects: 1000, bytes: 1_000_000, members: 1000, ...limits },
  })
  return { batches, upload }
}

const shape = (batches: readonly ReadBatch[]): unknown =>
  batches.map(({ first, objects, end }) => [first, objects.length, end?.objectCount])

test('objects go out in batches of which the first and the last say so', async () => {
  const { batches, upload } = uploadWith({ objects: 2 })
  for (let number = 0; number < 4; number += 1) await upload.add(objectOf(number))
  await upload.finish({ cookie: 'AA==' })
  assert.deepEqual(shape(batches), [
    [true, 2, undefined],
    [false, 2, 4],
  ])
  assert.equal(new Set(batches.map(({ readId }) => readId)).size, 1)
  assert.match(batches[0]?.readId ?? '', /^[0-9a-f]{24}$/)
  assert.deepEqual(batches[1]?.end, { cookie: 'AA==', objectCount: 4 })
})

test('a batch stays below its size, and one object above it goes alone', async () => {
  const { batches, upload } = uploadWith({ bytes: 500 })
  const big = { attributes: { title: ['x'.repeat(600)] } }
  for (const object of [objectOf(1), objectOf(2, big), objectOf(3)]) await upload.add(object)
  await upload.finish({})
  assert.deepEqual(shape(batches), [
    [true, 1, undefined],
    [false, 1, undefined],
    [false, 1, 3],
  ])
})

test('a read without objects is one batch that is first and last', async () => {
  const { batches, upload } = uploadWith({})
  await upload.finish({}, ['00000000-0000-0000-0000-000000000001'])
  assert.deepEqual(shape(batches), [[true, 0, 0]])
  assert.equal(batches[0]?.missingGuids?.length, 1)
})

test('a large group goes out in pieces, each in a batch of its own, that add up to it', async () => {
  const { batches, upload } = uploadWith({ members: 2 })
  const added = [1, 2, 3, 4, 5].map((number) => objectOf(number).guid)
  await upload.add(objectOf(9, { kind: 'group', members: { complete: true, added, removed: [] } }))
  await upload.finish({})
  assert.deepEqual(
    batches.map(({ objects }) => objects.map(({ complete, kind, members }) => [complete, kind, members])),
    [
      [[true, 'group', { complete: true, added: added.slice(0, 2), removed: [] }]],
      [[false, 'unchanged', { complete: false, added: added.slice(2, 4), removed: [] }]],
      [[false, 'unchanged', { complete: false, added: added.slice(4), removed: [] }]],
    ],
  )
  assert.equal(batches[2]?.end?.objectCount, 1)
})

test('what the hub wants to know is collected over all batches, each once', async () => {
  const wanted = objectOf(5).guid
  const { upload } = uploadWith({ objects: 1 }, [wanted])
  for (const number of [1, 2]) await upload.add(objectOf(number))
  assert.deepEqual(await upload.finish({}), [wanted])
})

test('a batch that the hub does not accept ends the read', async () => {
  const post = async () => ({ accepted: false, wantedGuids: [] })
  const upload = new ReadUpload({ kind: 'full', epoch: 1, post })
  await assert.rejects(upload.finish({}), ReadRefused)
})

test('the domain is read on while a batch is on its way, but one at a time is, and its failure ends the read', async () => {
  const posted: ((accepted: boolean) => void)[] = []
  const post = (): Promise<{ accepted: boolean; wantedGuids: string[] }> =>
    new Promise((resolve) => posted.push((accepted) => resolve({ accepted, wantedGuids: [] })))
  const upload = new ReadUpload({ kind: 'full', epoch: 1, post, limits: { objects: 1, bytes: 1000, members: 1 } })
  await upload.add(objectOf(1))
  await upload.add(objectOf(2))
  assert.equal(posted.length, 1)
  const third = upload.add(objectOf(3))
  assert.equal(posted.length, 1)
  posted[0]?.(true)
  await third
  assert.equal(posted.length, 2)
  posted[1]?.(false)
  await assert.rejects(upload.add(objectOf(4)), ReadRefused)
  await upload[Symbol.asyncDispose]()
})
