import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { octets, sequence } from './ber-writer.ts'
import { DirectoryError } from './directory-error.ts'
import { MessageFramer } from './message-framer.ts'

test('messages come out whole however the stream is cut', () => {
  const sizes = fc.array(
    fc.oneof(fc.nat(10), fc.integer({ min: 100, max: 400 }), fc.integer({ min: 60_000, max: 70_000 })),
    { maxLength: 6 },
  )
  const cuts = fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.integer({ min: 1, max: 30_000 })),
    { minLength: 1, maxLength: 40 },
  )
  fc.assert(
    fc.property(sizes, cuts, (lengths, pieces) => {
      const messages = lengths.map((length, index) => sequence([octets(Buffer.alloc(length, index))]))
      const stream = Buffer.concat(messages)
      const received: Buffer[] = []
      const framer = new MessageFramer((message) => received.push(Buffer.from(message)))
      let offset = 0
      for (const piece of pieces) {
        framer.push(stream.subarray(offset, offset + piece))
        offset += piece
      }
      framer.push(stream.subarray(offset))
      assert.deepEqual(received, messages)
    }),
  )
})

test('bytes that are not LDAP are refused', () => {
  const bad = ['48545450', '3080', '30ff', '3084ffffffff']
  for (const hex of bad) {
    const framer = new MessageFramer(() => assert.fail('no message is there'))
    assert.throws(
      () => framer.push(Buffer.from(hex, 'hex')),
      (error) => error instanceof DirectoryError && error.kind === 'protocol',
    )
  }
})
