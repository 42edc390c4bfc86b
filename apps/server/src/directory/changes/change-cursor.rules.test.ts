import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { type ChangeCursor, readChangeCursor, writeChangeCursor } from './change-cursor.rules.ts'

const place = { xid: '123456789012', seq: 7, taken: 3 }
const id = 'a'.repeat(24)
const cursors: readonly ChangeCursor[] = [
  { epoch: id, kinds: ['user', 'group', 'membership', 'system'], place },
  { epoch: id, kinds: ['system'], place, witness: { seq: 9, atMicros: '1767225600000001' } },
  { epoch: id, kinds: ['user'], place, listing: { kind: 'user', after: '' } },
  { epoch: id, kinds: ['membership'], place, listing: { kind: 'membership', after: `${id}.${'b'.repeat(24)}` } },
]

test('a cursor is read as it was written', () => {
  for (const cursor of cursors) assert.deepEqual(readChangeCursor(writeChangeCursor(cursor)), cursor)
})

function write(change: (parts: unknown[]) => unknown): string {
  const [, , , cursor] = cursors
  assert.ok(cursor)
  const parts = JSON.parse(Buffer.from(writeChangeCursor(cursor), 'base64url').toString()) as unknown[]
  return Buffer.from(JSON.stringify(change(parts))).toString('base64url')
}

const broken: Readonly<Record<string, string>> = {
  'no text': '',
  'other letters': 'a b',
  'no JSON': Buffer.from('{').toString('base64url'),
  'an object': write(() => ({})),
  'a part too few': write((parts) => parts.slice(1)),
  'another version': write(([, ...parts]) => [2, ...parts]),
  'no epoch': write(([one, , ...parts]) => [one, 'x', ...parts]),
  'an unknown kind': write((parts) => parts.with(2, 'user,agent')),
  'no kind': write((parts) => parts.with(2, '')),
  'a place of text': write((parts) => parts.with(3, ['x', 1, 0])),
  'a negative place': write((parts) => parts.with(3, ['1', -1, 0])),
  'a place beyond numbers': write((parts) => parts.with(3, ['9'.repeat(40), 1, 0])),
  'half a place': write((parts) => parts.with(3, ['1', 1])),
  'a listing of another kind': write((parts) => parts.with(4, ['user', ''])),
  'a listing after half a membership': write((parts) => parts.with(4, ['membership', id])),
  'a listing after no id': write((parts) => parts.with(4, ['membership', 'x.y'])),
  'a witness of text': write((parts) => parts.with(5, [1, 'now'])),
}

for (const [what, text] of Object.entries(broken))
  test(`a cursor with ${what} is refused by its name`, () => {
    assert.throws(
      () => readChangeCursor(text),
      (error) => error instanceof AppError && error.code === 'invalid_request' && error.field === 'since',
    )
  })
