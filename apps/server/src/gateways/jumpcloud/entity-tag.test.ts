import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { entityTag, hasRevision, wantedRevision } from './entity-tag.ts'

test('a tag asks for its revision, strong or weak; none and a star ask for any', () => {
  assert.equal(entityTag(7), 'W/"7"')
  assert.equal(wantedRevision({ 'if-match': entityTag(7) }), 7)
  assert.equal(wantedRevision({ 'if-match': '"7"' }), 7)
  assert.equal(wantedRevision({ 'if-match': '*' }), undefined)
  assert.equal(wantedRevision({ 'if-match': '' }), undefined)
  assert.equal(wantedRevision({}), undefined)
})

test('a tag that the hub never gave matches nothing, and two tags are refused', () => {
  assert.equal(wantedRevision({ 'if-match': '"abc"' }), -1)
  assert.throws(
    () => wantedRevision({ 'if-match': '"1", "2"' }),
    (error) => error instanceof AppError,
  )
})

test('a client that has the revision is told so', () => {
  assert.equal(hasRevision({ 'if-none-match': 'W/"7"' }, 7), true)
  assert.equal(hasRevision({ 'if-none-match': '"6", W/"7"' }, 7), true)
  assert.equal(hasRevision({ 'if-none-match': 'W/"8"' }, 7), false)
  assert.equal(hasRevision({}, 7), false)
})
