import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOfGuid } from '@lockstep/ldap/guid'
import { schemaIds } from './grants.ts'
import { accessEntries, isAllowed, rights } from './security-descriptor.ts'

const someone = 'S-1-5-21-1'
const sids = new Set([someone])

interface Planned {
  readonly type?: number
  readonly flags?: number
  readonly mask: number
  readonly objectType?: string
  readonly inheritedType?: string
  readonly rid?: number
}

function aceOf({ type = 0, flags = 0, mask, objectType, inheritedType, rid = 1 }: Planned): Buffer {
  const sid = Buffer.from([1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, rid, 0, 0, 0])
  const maskBytes = Buffer.alloc(4)
  maskBytes.writeUInt32LE(mask >>> 0)
  const present = (objectType === undefined ? 0 : 1) + (inheritedType === undefined ? 0 : 2)
  const types = [objectType, inheritedType].flatMap((each) => (each === undefined ? [] : [bytesOfGuid(each)]))
  const body = Buffer.concat([maskBytes, ...(type >= 5 ? [Buffer.from([present, 0, 0, 0]), ...types] : []), sid])
  const header = Buffer.from([type, flags, 0, 0])
  header.writeUInt16LE(body.length + 4, 2)
  return Buffer.concat([header, body])
}

function descriptorOf(...planned: readonly Planned[]): Buffer {
  const aces = Buffer.concat(planned.map(aceOf))
  const head = Buffer.alloc(20)
  head.writeUInt32LE(20, 16)
  const list = Buffer.alloc(8)
  list.writeUInt16LE(planned.length, 4)
  return Buffer.concat([head, list, aces])
}

function allows(question: Omit<Parameters<typeof isAllowed>[1], 'sids'>, ...planned: readonly Planned[]): boolean {
  return isAllowed(accessEntries(descriptorOf(...planned)) ?? [], { sids, ...question })
}

const reset = { right: rights.extended, objectType: schemaIds.resetPassword }

test('a right is allowed by an entry for it, and for all of its kind', () => {
  assert.equal(allows(reset, { type: 5, mask: rights.extended, objectType: schemaIds.resetPassword }), true)
  assert.equal(allows(reset, { mask: rights.extended }), true)
  assert.equal(allows(reset, { mask: 0x1000_0000 }), true)
})

test('an entry for another right, another thing or somebody else allows nothing', () => {
  assert.equal(allows(reset, { mask: rights.writeProperty }), false)
  assert.equal(allows(reset, { type: 5, mask: rights.extended, objectType: schemaIds.member }), false)
  assert.equal(allows(reset, { mask: rights.extended, rid: 2 }), false)
  assert.equal(allows(reset), false)
})

test('the first entry that speaks of it decides', () => {
  const allow = { mask: rights.extended }
  const deny = { type: 1, mask: rights.extended }
  assert.deepEqual([allows(reset, deny, allow), allows(reset, allow, deny)], [false, true])
})

test('what children inherit does not count for the object, and the other way round', () => {
  const inherited = { type: 5, flags: 0xa, mask: rights.writeProperty, inheritedType: schemaIds.user }
  const own = { mask: rights.writeProperty }
  const write = { right: rights.writeProperty }
  assert.deepEqual([allows(write, inherited), allows(write, own)], [false, true])
  const ofUsers = { ...write, childClass: schemaIds.user }
  assert.deepEqual([allows(ofUsers, inherited), allows(ofUsers, own)], [true, false])
  assert.equal(allows({ ...write, childClass: schemaIds.group }, inherited), false)
})

test('bytes that are no descriptor give no list', () => {
  assert.equal(accessEntries(Buffer.alloc(3)), undefined)
  assert.equal(accessEntries(Buffer.alloc(20)), undefined)
  assert.equal(accessEntries(descriptorOf({ mask: 1 }).subarray(0, 40)), undefined)
})
