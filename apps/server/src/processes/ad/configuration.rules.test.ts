import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  authoritiesOf,
  configurationOf,
  fieldAuthority,
  importedFields,
  writtenFieldsOf,
} from './configuration.rules.ts'
import { defaultBehaviour } from './domain.rules.ts'
import { attributesToRead, isWider } from './import-fields.rules.ts'

const behaviour = defaultBehaviour

test('each configuration says which agents it wants, whose the users are and what is written', () => {
  const facts = (['ADASAUTHORITY', 'TWOWAYSYNC', 'JCASAUTHORITY'] as const).map((useCase) => {
    const { agentsWanted, home, isBrought, isWritten } = configurationOf(useCase)
    return [agentsWanted.join('+'), home, isBrought, isWritten]
  })
  assert.deepEqual(facts, [
    ['IMPORT', 'directory', true, false],
    ['IMPORT+SYNC', 'maker', true, true],
    ['SYNC', 'hub', false, true],
  ])
})

test('password and delegated authority follow the configuration unless somebody chose, and delegation is fixed where only the domain validates', () => {
  const of = (useCase: 'ADASAUTHORITY' | 'TWOWAYSYNC' | 'JCASAUTHORITY', chosen = {}) =>
    Object.values(authoritiesOf({ useCase, behaviour: { ...behaviour, ...chosen } }))
  assert.deepEqual(of('ADASAUTHORITY'), ['directory', 'directory'])
  assert.deepEqual(of('TWOWAYSYNC'), ['hub', 'none'])
  assert.deepEqual(of('JCASAUTHORITY'), ['hub', 'none'])
  const chosen = { passwordAuthority: 'hub', delegatedAuthority: 'none' } as const
  assert.deepEqual(of('ADASAUTHORITY', chosen), ['hub', 'directory'])
  assert.deepEqual(of('TWOWAYSYNC', { delegatedAuthority: 'directory' }), ['hub', 'directory'])
  assert.deepEqual(of('JCASAUTHORITY', { passwordAuthority: 'directory', delegatedAuthority: 'directory' }), [
    'hub',
    'none',
  ])
})

test('who decides on a field is the domain’s to say where it alone manages, and chosen where both do', () => {
  const shared = { ...behaviour, fieldAuthority: { jobTitle: 'both', department: 'hub' } as const }
  assert.equal(fieldAuthority({ useCase: 'TWOWAYSYNC', behaviour }, 'jobTitle'), 'directory')
  assert.equal(fieldAuthority({ useCase: 'TWOWAYSYNC', behaviour: shared }, 'jobTitle'), 'both')
  assert.equal(fieldAuthority({ useCase: 'ADASAUTHORITY', behaviour: shared }, 'jobTitle'), 'directory')
  assert.equal(fieldAuthority({ useCase: 'JCASAUTHORITY', behaviour: shared }, 'firstname'), 'hub')
  assert.equal(fieldAuthority({ useCase: 'TWOWAYSYNC', behaviour }, 'costCenter'), 'hub')
  assert.deepEqual(writtenFieldsOf({ useCase: 'TWOWAYSYNC', behaviour: shared }, true), ['jobTitle', 'department'])
  assert.ok(writtenFieldsOf({ useCase: 'TWOWAYSYNC', behaviour }, false).includes('username'))
})

test('what is imported and read follows the settings, and more is told from less', () => {
  const none = { ...behaviour, additionalAttributes: false }
  assert.deepEqual(importedFields(none), ['username', 'email', 'firstname', 'lastname'])
  const some = { ...behaviour, excludedFields: ['manager' as const, 'addresses' as const] }
  assert.ok(!importedFields(some).includes('manager') && importedFields(some).includes('jobTitle'))
  const [all, few] = [attributesToRead(behaviour, []), attributesToRead(none, [])]
  assert.ok(all.includes('streetAddress') && !few.includes('streetAddress') && few.includes('sAMAccountName'))
  assert.deepEqual([isWider(all, few), isWider(few, all)], [false, true])
  assert.deepEqual(attributesToRead(none, ['MAIL', 'pager']), [...few, 'pager'], 'names have no letter case')
})
