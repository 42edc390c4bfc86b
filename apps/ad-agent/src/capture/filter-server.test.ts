import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { frameOf, tellPassword, type ToldPassword } from '../testing/tell-password.ts'
import { filterAnswers, type HeardPassword, readFrame } from './filter-frame.ts'
import { type FilterServer, listenToFilter } from './filter-server.ts'

const key = Buffer.alloc(32, 7)
const told: ToldPassword = { rid: 1104, accountName: 'jdöe', password: 'Grüße-🔑-2026', key }
let folder = ''
let server: FilterServer
let heard: HeardPassword[] = []
let refusals = 0
let hasRoom = true

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-filter-'))
  server = await listenToFilter({
    path: join(folder, 'filter'),
    key,
    take: (password) => hasRoom && heard.push(password) > 0,
    onRefused: () => {
      refusals += 1
    },
  })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  heard = []
  refusals = 0
  hasRoom = true
})

test('a password is heard whole, in whichever pieces it comes, and answered at once', async () => {
  assert.equal(await tellPassword(server.path, (challenge) => frameOf(told, challenge)), filterAnswers.taken)
  const { key: _key, ...facts } = told
  assert.deepEqual(heard, [facts])
})

test('the socket is for its owner alone', async () => {
  assert.equal((await stat(server.path)).mode & 0o777, 0o600)
})

test('without room the answer says so', async () => {
  hasRoom = false
  assert.equal(await tellPassword(server.path, (challenge) => frameOf(told, challenge)), filterAnswers.full)
  assert.deepEqual([heard.length, refusals], [0, 0])
})

test('a frame of another key, for another challenge, or with anything behind it is refused', async () => {
  const wrong: ((challenge: Buffer) => Buffer)[] = [
    (challenge) => frameOf({ ...told, key: Buffer.alloc(32, 8) }, challenge),
    () => frameOf(told, Buffer.alloc(32)),
    (challenge) => Buffer.concat([frameOf(told, challenge), Buffer.alloc(1)]),
    (challenge) => frameOf({ ...told, rid: 0 }, challenge),
    (challenge) => frameOf({ ...told, accountName: '' }, challenge),
    (challenge) => frameOf({ ...told, password: 'a\0b' }, challenge),
    (challenge) => frameOf({ ...told, password: '\ud800' }, challenge),
    (challenge) => frameOf({ ...told, password: 'x'.repeat(257) }, challenge),
    () => Buffer.from('ffffffff', 'hex'),
    () => Buffer.from('00000000', 'hex'),
  ]
  for (const [index, frame] of wrong.entries())
    assert.equal(await tellPassword(server.path, frame), filterAnswers.refused, `${index}`)
  assert.deepEqual([heard.length, refusals], [0, wrong.length])
})

test('no frame with a byte changed is read, nor one that is too short', () => {
  const challenge = Buffer.alloc(32, 1)
  const frame = frameOf(told, challenge)
  assert.equal(readFrame(frame, key, challenge)?.password, told.password)
  for (let index = 0; index < frame.length; index += 1) {
    const changed = Buffer.from(frame)
    changed[index] = (changed[index] ?? 0) ^ 1
    assert.equal(readFrame(changed, key, challenge), undefined, `${index}`)
    assert.equal(readFrame(frame.subarray(0, index), key, challenge), undefined, `${index}`)
  }
})
