import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import fc from 'fast-check'
import { parseJsonBody } from './json-body.ts'

const read = (text: string): unknown => parseJsonBody(Buffer.from(text))
const refusal = (body: string | Buffer): string => {
  try {
    parseJsonBody(Buffer.from(body))
  } catch (error) {
    assert.ok(error instanceof AppError)
    return `${error.code} ${error.message}`
  }
  return 'accepted'
}

describe('a JSON body', () => {
  test('is read as JSON.parse reads it, whatever stands in its strings', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', '[', ']', ',', ':', 'é', '\n') })
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('any')),
        fc.dictionary(text, tie('any')),
      ),
    })).any
    fc.assert(
      fc.property(value, (given) => assert.deepEqual(read(JSON.stringify(given)), JSON.parse(JSON.stringify(given)))),
    )
  })

  test('is nothing when it is empty or blank, and may begin with a byte order mark', () => {
    assert.deepEqual([read(''), read(' \n'), read('\uFEFF{"a":1}')], [undefined, undefined, { a: 1 }])
  })

  test('with a key twice in one object is refused, also when one is written with escapes', () => {
    assert.match(refusal('{"a":1,"b":{"a":1},"a":2}'), /^invalid_json The key "a" stands twice/)
    assert.match(refusal(String.raw`{"a":1,"\u0061":2}`), /^invalid_json The key "a" stands twice/)
    assert.match(refusal(String.raw`[{"a\"":1,"a\\":2,"a\"":3}]`), /stands twice/)
    assert.equal(refusal('[{"a":1},{"a":1},"a","a"]'), 'accepted')
  })

  test('with a key of JavaScript prototypes, too deep, not UTF-8 or not JSON is refused', () => {
    assert.match(refusal('{"x":[{"__proto__":{}}]}'), /^invalid_json The key "__proto__" is not allowed/)
    assert.match(refusal(`${'['.repeat(33)}${']'.repeat(33)}`), /deeper than 32/)
    assert.equal(refusal(`${'['.repeat(32)}${']'.repeat(32)}`), 'accepted')
    assert.match(refusal(Buffer.from([0x22, 0xff, 0x22])), /not valid UTF-8/)
    assert.match(refusal('{"a":'), /^invalid_json The body is not valid JSON/)
  })
})
