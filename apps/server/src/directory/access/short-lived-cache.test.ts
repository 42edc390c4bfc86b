import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShortLivedCache } from './short-lived-cache.ts'

function fixture() {
  let nowMs = 1_000
  let loads = 0
  const cache = new ShortLivedCache<number>({ clock: { now: () => new Date(nowMs) }, maxAgeMs: 5_000 })
  const load = async (): Promise<number> => (loads += 1)
  return { cache, load, advance: (ms: number) => void (nowMs += ms) }
}

test('what was found is kept until its age is reached, also when the clock is set back', async () => {
  const { cache, load, advance } = fixture()
  assert.equal(await cache.get('a', load), 1)
  advance(4_999)
  assert.equal(await cache.get('a', load), 1)
  advance(1)
  assert.equal(await cache.get('a', load), 2)
  advance(-1)
  assert.equal(await cache.get('a', load), 3)
})

test('what was not found is asked for again', async () => {
  const { cache, load } = fixture()
  assert.equal(await cache.get('a', async () => undefined), undefined)
  assert.equal(await cache.get('a', load), 1)
})

test('requests of the same moment share one read', async () => {
  const { cache, load } = fixture()
  assert.deepEqual(await Promise.all([cache.get('a', load), cache.get('a', load)]), [1, 1])
})

test('after a drop neither an entry nor a read that began before it is handed out', async () => {
  const { cache, load } = fixture()
  const early = Promise.withResolvers<number>()
  const waiting = cache.get('a', () => early.promise)
  cache.drop()
  const later = cache.get('a', load)
  early.resolve(99)
  assert.equal(await waiting, 99)
  assert.equal(await later, 1)
  assert.equal(await cache.get('a', load), 1)
})

test('a read that fails is tried again by the next request', async () => {
  const { cache, load } = fixture()
  await assert.rejects(
    cache.get('a', () => Promise.reject(new Error('no database'))),
    /no database/,
  )
  assert.equal(await cache.get('a', load), 1)
})
