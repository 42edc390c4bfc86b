import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from '../../directory/bindings/account.rules.ts'
import {
  compareAccount,
  compareGroup,
  type ComparedGroup,
  type ComparedMembership,
  compareMembership,
} from './comparison.rules.ts'
import { newDomain } from './domain-settings.rules.ts'
import type { Domain } from './domain.rules.ts'

const now = new Date('2026-01-02T03:04:05Z')
const domainOf = (useCase: Domain['useCase']): Domain =>
  newDomain({ domain: 'corp.example', useCase }, { name: 'corp.example', baseDn: 'DC=corp,DC=example', now })
const both = domainOf('TWOWAYSYNC')
const brought = domainOf('ADASAUTHORITY')

const account: Account = {
  ...{ id: 'a'.repeat(24), directoryId: both.id, userId: 'b'.repeat(24), userDeleted: false },
  ...{
    externalId: '6ff5e000-0000-0000-0000-000000000001',
    externalName: 'CN=x',
    madeBy: 'hub',
    wanted: true,
    leftAt: null,
    gone: false,
  },
  ...{ desiredRevision: 2, appliedRevision: 2, appliedAt: now, agreed: {}, enabled: true, disabledByHub: false },
  ...{ creatingSince: null, unseen: false, unsure: false, error: null, retryAt: null, attempts: 0, leasedBy: null },
  ...{ deliveredPasswordRevision: null, passwordLastSet: null, passwordError: null },
}
const kinds = (found: readonly { readonly kind: string; readonly action: string }[]): readonly string[] =>
  found.map(({ kind, action }) => `${kind} ${action}`)
const facts = { isWritten: true, isThere: true, username: 'x' }

test('an account that is there and has nothing waiting is no difference', () => {
  assert.deepEqual(compareAccount(account, facts), [])
})

test('what waits is told where the domain is written to, and nowhere else', () => {
  const behind = { ...account, desiredRevision: 3 }
  assert.deepEqual(kinds(compareAccount(behind, facts)), ['waiting written'])
  assert.deepEqual(compareAccount(behind, { ...facts, isWritten: false }), [])
})

test('a refused account is told with the reason, not as waiting', () => {
  const error = { kind: 'denied', message: 'No right.', remedy: 'Delegate it.', at: now.toISOString() }
  const [row, ...rest] = compareAccount({ ...account, desiredRevision: 3, error }, facts)
  assert.deepEqual([row?.kind, row?.detail, rest.length], ['failed', 'No right. Delegate it.', 0])
})

test('an account whose object is gone is missing, one that nobody wants is not', () => {
  const gone = { ...facts, isThere: false }
  assert.deepEqual(kinds(compareAccount(account, gone)), ['missing_there nothing'])
  assert.deepEqual(compareAccount({ ...account, wanted: false }, gone), [])
  assert.deepEqual(kinds(compareAccount({ ...account, externalId: null }, gone)), ['missing_there written'])
  assert.deepEqual(kinds(compareAccount({ ...account, gone: true }, gone)), ['missing_there written'])
  const left = { ...account, gone: true, wanted: false, leftAt: now }
  assert.deepEqual(compareAccount(left, gone), [])
  const error = { kind: 'object_gone', message: 'Gone.', remedy: 'Make it anew.', at: now.toISOString() }
  assert.deepEqual(kinds(compareAccount({ ...left, error }, gone)), ['missing_there written'])
})

const group: ComparedGroup = {
  ...{ groupId: 'c'.repeat(24), externalId: '6ff5e000-0000-0000-0000-000000000002', name: 'Team', description: 'Here' },
  ...{ homeDirectoryId: null, madeBy: 'hub', isBehind: false, error: null },
  there: { name: 'Team', description: 'There' },
}

test('the side that wins a group’s description is the one that changed it', () => {
  assert.deepEqual(kinds(compareGroup(both, group)), ['field taken_over'])
  assert.deepEqual(kinds(compareGroup(both, { ...group, isBehind: true })), ['field written', 'waiting written'])
  assert.deepEqual(kinds(compareGroup(domainOf('JCASAUTHORITY'), group)), ['field written'])
})

test('a description that would be emptied takes something away', () => {
  const [row] = compareGroup(both, { ...group, there: { name: 'Team', description: '' } })
  assert.equal(row?.takesAway, true)
})

test('a group that is not there is missing', () => {
  assert.deepEqual(kinds(compareGroup(both, { ...group, there: undefined })), ['missing_there nothing'])
  assert.deepEqual(kinds(compareGroup(both, { ...group, externalId: null, there: undefined })), [
    'missing_there written',
  ])
})

const row = { origin: 'directory', removing: false, isOther: false, isMember: true }
const place: ComparedMembership = { groupId: 'g', groupName: 'Team', there: false, rows: [row], isAwaited: false }
const person = { guid: '6ff5e000-0000-0000-0000-000000000003', userId: 'u', username: 'x' }

test('a member who came from the domain and is none there any more would be taken out, after release', () => {
  const found = compareMembership(both, person, place)
  assert.deepEqual([found?.kind, found?.action, found?.takesAway], ['member_missing_there', 'taken_over', true])
})

test('a member of the hub’s making is written again, where the domain is written to', () => {
  const own = { ...place, rows: [{ ...row, origin: 'hub' }] }
  assert.equal(compareMembership(both, person, own)?.action, 'written')
  assert.equal(compareMembership(brought, person, own)?.action, 'nothing')
})

test('what another domain brought, and what both sides have, is no difference', () => {
  assert.equal(compareMembership(both, person, { ...place, rows: [{ ...row, isOther: true }] }), undefined)
  assert.equal(compareMembership(both, person, { ...place, there: true }), undefined)
  assert.equal(compareMembership(both, person, { ...place, rows: [] }), undefined)
})

test('a membership on its way waits, and one that only the domain has is taken over', () => {
  assert.equal(compareMembership(both, person, { ...place, isAwaited: true })?.kind, 'waiting')
  assert.equal(compareMembership(both, person, { ...place, rows: [], there: true })?.kind, 'member_missing_here')
})
