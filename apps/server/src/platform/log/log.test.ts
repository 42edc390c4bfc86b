import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'
import { secretNames } from './redaction.ts'

function recorded(): { lines: () => string; log: ReturnType<typeof createLog> } {
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } })
  return { lines: () => lines.join(''), log }
}

test('a line is one JSON object with level, time, fields and message', () => {
  const { lines, log } = recorded()
  log.child({ part: 'ad' }).info({ count: 2 }, 'read')
  const { time, ...rest } = JSON.parse(lines()) as Record<string, unknown>
  assert.match(String(time), /^\d{4}-.*Z$/)
  assert.deepEqual(rest, { level: 'info', part: 'ad', count: 2, msg: 'read' })
})

test('every secret name is redacted at the top and three levels down', () => {
  for (const name of secretNames) {
    const { lines, log } = recorded()
    const secret = { [name]: 'hunter2' }
    log.info({ ...secret, a: secret, b: { c: secret, d: { e: secret } } }, 'request')
    assert.doesNotMatch(lines(), /hunter2/, name)
    assert.equal(lines().split('[redacted]').length - 1, 4, name)
  }
})

test('a child of the log redacts as its parent does', () => {
  const { lines, log } = recorded()
  log.child({ token: 'hunter2' }).info({ headers: { 'x-api-key': 'hunter2' } }, 'request')
  assert.doesNotMatch(lines(), /hunter2/)
})

test('an error is logged with its causes but without the fields that libraries hang on it', () => {
  const { lines, log } = recorded()
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', config: { password: 'hunter2' } })
  log.error({ err: new Error('no answer', { cause }) }, 'failed')
  const { err } = JSON.parse(lines()) as { err: { message: string; cause: Record<string, unknown> } }
  assert.equal(err.message, 'no answer')
  assert.equal(err.cause['code'], 'ECONNREFUSED')
  assert.doesNotMatch(lines(), /hunter2/)
})

test('addresses and headers in error messages lose their credentials', () => {
  const { lines, log } = recorded()
  log.error({ err: new Error('postgres://hub:hunter2@host/db said no to Bearer hunter2') }, 'failed')
  assert.doesNotMatch(lines(), /hunter2/)
  assert.match(lines(), /host\/db/)
})
