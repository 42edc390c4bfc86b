import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Clock } from '@lockstep/kernel/clock'
import type { AppError } from '@lockstep/contract/app-error'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { createVault } from '../../platform/crypto/vault.ts'
import { createIdempotencyService, type IdempotencyService } from './idempotency.service.ts'

let nowMs = Date.parse('2026-03-01T12:00:00Z')
const clock: Clock = { now: () => new Date(nowMs) }
let store: TestDatabase
let folder: string
/** Two hubs beside each other, each with a vault of its own on the same master key. */
let hubs: readonly [IdempotencyService, IdempotencyService]

before(async () => {
  store = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'lockstep-idempotency-'))
  const make = async (): Promise<IdempotencyService> => {
    const vault = await createVault({ database: store.database, masterKeyFile: join(folder, 'master.key') })
    return createIdempotencyService({ database: store.database, clock, vault })
  }
  hubs = [await make(), await make()]
})
after(async () => {
  await store.drop()
  await rm(folder, { recursive: true, force: true })
})

const request = (key: string, content = 'secret body', actorId = 'ada') => ({
  actorId,
  operation: 'POST /things',
  key,
  content: Buffer.from(content),
})
const codeIs = (code: string) => (error: unknown) => (error as AppError).code === code

test('a hub that is asked while another one works waits for that answer', async () => {
  const working = Promise.withResolvers<void>()
  let works = 0
  const work = async (): Promise<string> => {
    works += 1
    await working.promise
    return `answer ${works}`
  }
  const first = hubs[0].once(request('k1'), work)
  const second = hubs[1].once(request('k1'), work)
  working.resolve()
  const answers = await Promise.all([first, second])
  assert.deepEqual(
    answers.map(({ answer }) => answer),
    ['answer 1', 'answer 1'],
  )
  assert.equal(answers.filter(({ isRepeated }) => isRepeated).length, 1)
  assert.equal(works, 1)
})

test('a key belongs to who used it, for what was sent', async () => {
  await hubs[0].once(request('k2'), async () => 'hers')
  await assert.rejects(
    hubs[1].once(request('k2', 'other body'), async () => 'never'),
    codeIs('idempotency_key_reused'),
  )
  const his = await hubs[1].once(request('k2', 'other body', 'bob'), async () => 'his')
  assert.deepEqual(his, { answer: 'his', isRepeated: false })
})

test('work that fails frees its key', async () => {
  await assert.rejects(
    hubs[0].once(request('k3'), async () => {
      throw new Error('refused')
    }),
    /refused/,
  )
  assert.equal((await hubs[1].once(request('k3', 'corrected'), async () => 'done')).answer, 'done')
})

test('work whose process died is taken over, and a key is new again after a day', async () => {
  const dead = new Promise<never>(() => undefined)
  void hubs[0].once(request('k4'), () => dead)
  const isClaimed = async (): Promise<boolean> => {
    const rows = await store.database.query({
      text: 'select from idempotency_keys where answer_sealed is null',
    })
    return rows.length > 0
  }
  while (!(await isClaimed()));
  nowMs += 61_000
  assert.deepEqual(await hubs[1].once(request('k4'), async () => 'taken over'), {
    answer: 'taken over',
    isRepeated: false,
  })
  assert.equal((await hubs[1].once(request('k4'), async () => 'never')).answer, 'taken over')
  nowMs += 86_400_001
  assert.equal((await hubs[1].once(request('k4', 'another day'), async () => 'new')).answer, 'new')
})

test('nothing of a request or an answer is readable in the table, and old rows go', async () => {
  const rows = await store.database.query<object>({ text: 'select * from idempotency_keys' })
  assert.ok(rows.length > 0)
  assert.doesNotMatch(JSON.stringify(rows), /secret body|answer 1|taken over/)
  nowMs += 86_400_001
  await hubs[0].removeOld()
  assert.deepEqual(await store.database.query({ text: 'select from idempotency_keys' }), [])
})
