import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppError } from '@lockstep/contract/app-error'
import type { JsonObject } from '@lockstep/kernel/json'
import { defaultPasswordPolicy, readPasswordPolicy } from '../users/password-policy.rules.ts'
import { changedState, defaultStateOf, organizationChanges, organizationState } from './organization.rules.ts'

const fresh = organizationState({ settings: undefined, passwordPolicy: undefined })
const now = new Date('2026-01-05T09:00:00Z')
const change = (input: JsonObject) => changedState(fresh, input, now)

function fieldAtFault(input: JsonObject): string | undefined {
  try {
    change(input)
    return undefined
  } catch (error) {
    return (error as AppError).field
  }
}

test('the policy that is shown before anybody set one is the policy in force', () => {
  assert.deepEqual(readPasswordPolicy(fresh.passwordPolicy), defaultPasswordPolicy)
})

test('single values change, the others of their object stay', () => {
  const after = change({ newSystemUserStateDefaults: { csvImport: 'STAGED' }, passwordPolicy: { minLength: '20' } })
  assert.deepEqual(
    (['manualEntry', 'csvImport', 'applicationImport'] as const).map((source) => defaultStateOf(after, source)),
    ['ACTIVATED', 'STAGED', 'ACTIVATED'],
  )
  assert.equal(readPasswordPolicy(after.passwordPolicy).minLength, 20)
  assert.equal(after.passwordPolicy['effectiveDate'], now.toISOString())
  assert.deepEqual(organizationChanges(fresh, after), {
    'newSystemUserStateDefaults.csvImport': { before: 'ACTIVATED', after: 'STAGED' },
    'passwordPolicy.minLength': { before: 12, after: 20 },
  })
})

test('settings that are sent back as they were read change nothing', () => {
  const same = change({ ...fresh.settings, passwordPolicy: fresh.passwordPolicy, agentVersion: '1', unknown: true })
  assert.deepEqual(same, fresh)
  assert.deepEqual(organizationChanges(fresh, same), {})
})

test('a value out of range is refused by its name', () => {
  const faults: readonly (readonly [JsonObject, string])[] = [
    [{ passwordPolicy: { minLength: 7 } }, 'passwordPolicy.minLength'],
    [{ passwordPolicy: { maxHistory: 25 } }, 'passwordPolicy.maxHistory'],
    [{ passwordPolicy: { lockoutTimeInSeconds: 299 } }, 'passwordPolicy.lockoutTimeInSeconds'],
    [{ passwordPolicy: { needsLowercase: 'maybe' } }, 'passwordPolicy.needsLowercase'],
    [{ passwordPolicy: [] }, 'passwordPolicy'],
    [{ passwordCompliance: 'pci3' }, 'passwordCompliance'],
    [{ newSystemUserStateDefaults: { manualEntry: 'SUSPENDED' } }, 'newSystemUserStateDefaults.manualEntry'],
    [{ contactEmail: 'nobody' }, 'contactEmail'],
    [{ name: ' ' }, 'name'],
    [{ features: [] }, 'features'],
    [{ systemUserDefaults: { restrictedFields: {} } }, 'systemUserDefaults.restrictedFields'],
    [{ maxSystemUsers: 1.5 }, 'maxSystemUsers'],
  ]
  for (const [input, field] of faults) assert.equal(fieldAtFault(input), field, JSON.stringify(input))
})

test('a long value is journalled by its length', () => {
  const changes = organizationChanges(fresh, change({ logo: 'x'.repeat(1000) }))
  assert.deepEqual(changes, { logo: { before: '', after: '(1000 characters)' } })
})
