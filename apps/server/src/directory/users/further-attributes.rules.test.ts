import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFurther, toFurther, withFurtherInStep } from './further-attributes.rules.ts'

const emails = [
  { value: 'Ada@example.com', type: 'work', primary: true },
  { value: 'ada@home.example', type: 'home' },
]
const further = toFurther({ values: { emails, userName: 'ada@example.com', nickName: 'A' }, externalIds: { i1: 'X' } })
const user = { username: 'ada', email: 'Ada@example.com', manager: null, attributes: { phoneNumbers: [] }, further }

describe('what outside clients keep', () => {
  test('is found by external ids, and by addresses and another user name in any letter case', () => {
    const keys = ['external:i1=X', 'email=ada@example.com', 'email=ada@home.example', 'userName=ada@example.com']
    assert.deepEqual(further?.['keys'], keys)
    const { values, externalIds } = readFurther(further)
    assert.deepEqual([values['nickName'], externalIds], ['A', { i1: 'X' }])
  })

  test('is the same in whatever order clients came', () => {
    const [one, other] = [
      { i1: 'X', i2: 'Y' },
      { i2: 'Y', i1: 'X' },
    ].map((externalIds) => toFurther({ values: {}, externalIds }))
    assert.deepEqual(one, other)
  })

  test('is nothing when there is nothing of it', () => {
    assert.equal(toFurther({ values: {}, externalIds: {} }), null)
    assert.deepEqual(readFurther(null), { values: {}, externalIds: {} })
  })

  test('holds what an integration asked for until nothing is held any more', () => {
    const held = toFurther({ values: {}, externalIds: {}, held: { i1: 'suspend' } })
    assert.deepEqual(readFurther(held).held, { i1: 'suspend' })
    assert.equal(toFurther({ ...readFurther(held), held: {} }), null)
  })

  test('follows the fields that somebody else changes', () => {
    const moved = withFurtherInStep(user, { ...user, username: 'ada2', email: 'new@example.com' })
    const { values } = readFurther(moved.further)
    assert.deepEqual(values, { emails: [{ ...emails[0], value: 'new@example.com' }, emails[1]], nickName: 'A' })
    assert.deepEqual(moved.further?.['keys'], ['external:i1=X', 'email=new@example.com', 'email=ada@home.example'])
  })

  test('stays the very same when no such field changes, and when it is changed itself', () => {
    assert.equal(withFurtherInStep(user, user), user)
    const own = { ...user, email: 'x@example.com', further: toFurther({ values: { a: 1 }, externalIds: {} }) }
    assert.equal(withFurtherInStep(user, own), own)
  })
})
