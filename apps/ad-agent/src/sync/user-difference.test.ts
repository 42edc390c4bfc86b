import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork } from '@lockstep/contract/agents/protocol'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { commonNames } from './add-user.ts'
import { groupAccountName } from './apply-group.ts'
import { creationState, hasManager, textChanges, wantedTexts } from './user-difference.ts'

const work: UserWork = {
  kind: 'user',
  accountId: 'a',
  revision: 1,
  wanted: true,
  takeover: false,
  samAccountName: 'jdoe',
  userPrincipalName: 'jdoe@y',
  commonName: 'Jane Doe',
  attributes: { sn: 'Doe', manager: '', title: '' },
  enabled: 'enable',
}

function entryOf(attributes: Readonly<Record<string, readonly string[]>>): RawEntry {
  const entries = Object.entries(attributes).map(
    ([name, values]) => [name.toLowerCase(), values.map((value) => Buffer.from(value))] as const,
  )
  return { dn: 'CN=x,DC=y', attributes: new Map(entries) }
}

test('only what differs is written, letter case included, and an empty text removes what is there', () => {
  const entry = entryOf({ sAMAccountName: ['JDoe'], userPrincipalName: ['jdoe@y'], sn: ['Doe', 'Smith'], title: ['x'] })
  assert.deepEqual(textChanges(entry, wantedTexts(work)), [
    { operation: 'replace', attribute: 'sn', values: ['Doe'] },
    { operation: 'replace', attribute: 'title', values: [] },
    { operation: 'replace', attribute: 'sAMAccountName', values: ['jdoe'] },
  ])
  const right = entryOf({ sAMAccountName: ['jdoe'], userPrincipalName: ['jdoe@y'], sn: ['Doe'] })
  assert.deepEqual(textChanges(right, wantedTexts(work)), [])
})

test('a manager is compared by GUID', () => {
  const guid = '11111111-2222-3333-4444-555555555555'
  const entry = entryOf({ manager: [`<GUID=${guid}>;<SID=S-1-5-21-1>;CN=boss,DC=y`] })
  assert.deepEqual([hasManager(entry, guid), hasManager(entry, ''), hasManager(entryOf({}), '')], [true, false, true])
})

test('an account counts as ours only when it was made since and is unfinished or in the integration group', () => {
  const creatingSince = '2026-03-01T12:00:00.000Z'
  const state = (attributes: Readonly<Record<string, readonly string[]>>, isIntegrated = false) =>
    creationState(entryOf({ whenCreated: ['20260301120000.0Z'], ...attributes }), { creatingSince, isIntegrated })
  const bare = { userAccountControl: ['514'], pwdLastSet: ['0'] }
  assert.equal(state(bare), 'unfinished')
  assert.equal(state({ ...bare, whenCreated: ['20260301115600.0Z'] }), 'unfinished')
  assert.equal(state({ ...bare, whenCreated: ['20260301115400.0Z'] }, true), 'not_ours')
  assert.equal(state({ ...bare, pwdLastSet: ['133000000000000000'] }), 'not_ours')
  assert.equal(state({ ...bare, userAccountControl: ['512'] }), 'not_ours')
  assert.equal(state({ userAccountControl: ['512'], pwdLastSet: ['133000000000000000'] }, true), 'finished')
  const unasked = { creatingSince: undefined, isIntegrated: true }
  assert.equal(creationState(entryOf({ whenCreated: ['20260301120000.0Z'], ...bare }), unasked), 'not_ours')
})

test('common names fit 64 characters with the username behind them, and never end inside a character', () => {
  assert.deepEqual(commonNames(work), ['Jane Doe', 'Jane Doe (jdoe)'])
  assert.deepEqual(commonNames({ ...work, commonName: ' ' }), ['jdoe', 'jdoe (jdoe)'])
  const [first = '', second = ''] = commonNames({ ...work, commonName: `${'x'.repeat(63)}😀` })
  assert.equal(first, 'x'.repeat(63))
  assert.equal(second, `${'x'.repeat(57)} (jdoe)`)
})

test('account names of groups lose what Active Directory does not allow in them', () => {
  assert.equal(groupAccountName('R&D: Ops, "EMEA" '), 'R&D_ Ops_ _EMEA_')
  assert.equal(groupAccountName('Dept.'), 'Dept')
})
