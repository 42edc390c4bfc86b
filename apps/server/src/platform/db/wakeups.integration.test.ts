import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { silentLog } from '../log/log.ts'
import { createWakeups, type Wakeups } from './wakeups.ts'

const patient = { timeoutMs: 60_000 }
let own: TestDatabase
let here: Wakeups
let there: Wakeups
before(async () => {
  own = await testDatabase({ migrations: 'none' })
})
after(() => own.drop())
beforeEach(async () => {
  here = createWakeups({ database: own.database, log: silentLog })
  there = createWakeups({ database: own.database, log: silentLog })
  await Promise.all([here.ready(), there.ready()])
})
afterEach(() => Promise.all([here.close(), there.close()]))

/** Listening begins with a round trip; a channel listened to by both sides is known to work when it was heard once. */
async function listening(channel: string): Promise<() => void> {
  const heard = Promise.withResolvers<void>()
  const stop = there.subscribe(channel, (reason) => reason === 'announced' && heard.resolve())
  const again = setInterval(() => here.announce(channel), 5)
  await heard.promise
  clearInterval(again)
  return stop
}

test('an announcement is heard in the same process before announce returns', () => {
  const heard: string[] = []
  here.subscribe('journal', (reason) => heard.push(reason))
  here.subscribe('other', () => assert.fail('another channel'))
  here.announce('journal')
  assert.deepEqual(heard, ['announced'])
})

test('an announcement is heard in another process', async () => {
  await listening('journal')
  const waiting = there.wait('journal', patient)
  here.announce('journal')
  assert.equal(await waiting, 'announced')
})

test('announcements in quick succession are heard twice: the first at once, the rest together', async () => {
  let heard = 0
  const second = Promise.withResolvers<void>()
  here.subscribe('journal', (reason) => {
    if (reason === 'announced') heard += 1
    if (heard === 2) second.resolve()
  })
  for (let index = 0; index < 100; index += 1) here.announce('journal')
  assert.equal(heard, 1)
  await second.promise
  const last = here.wait('end', patient)
  here.announce('end')
  await last
  assert.equal(heard, 2)
})

test('a listener is called by the safety poll without any announcement', async () => {
  const polled = Promise.withResolvers<void>()
  const stop = here.subscribe('silent', (reason) => {
    assert.equal(reason, 'poll')
    polled.resolve()
  })
  await polled.promise
  stop()
})

test('a listener that throws does not keep others from being called', async () => {
  here.subscribe('journal', () => {
    throw new Error('mine')
  })
  const waiting = here.wait('journal', patient)
  here.announce('journal')
  assert.equal(await waiting, 'announced')
})

test('a wait ends at its time, at its signal, and when the announcer closes', async () => {
  assert.equal(await here.wait('silent', { timeoutMs: 1 }), 'timeout')
  assert.equal(await here.wait('silent', { ...patient, signal: AbortSignal.abort() }), 'timeout')
  const giveUp = new AbortController()
  const waiting = here.wait('silent', { ...patient, signal: giveUp.signal })
  giveUp.abort()
  assert.equal(await waiting, 'timeout')
  const closing = here.wait('silent', patient)
  await here.close()
  assert.equal(await closing, 'timeout')
})

test('after its session was lost, waiters are woken, and announcements of others arrive again', async () => {
  await listening('journal')
  const woken = Promise.all([here.wait('journal', patient), there.wait('journal', patient)])
  await own.database.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  })
  assert.deepEqual(await woken, ['announced', 'announced'])
  const waiting = there.wait('journal', patient)
  here.announce('journal')
  assert.equal(await waiting, 'announced')
})
