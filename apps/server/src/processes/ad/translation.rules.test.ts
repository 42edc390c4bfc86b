import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  builtInTranslations,
  decideTranslation,
  previewTranslations,
  type TranslationInput,
} from './translation.rules.ts'

const faultOf = (input: TranslationInput): string | undefined => {
  const decision = decideTranslation(input)
  return decision.ok ? undefined : decision.field
}

test('a rule from a field to an attribute is taken, and a field that users do not have is a custom attribute', () => {
  const decision = decideTranslation({ direction: 'EXPORT', source: 'badge', destination: 'extensionAttribute1' })
  assert.deepEqual(decision, {
    ok: true,
    value: {
      direction: 'EXPORT',
      sourceType: 'PATH',
      source: 'customAttributes.badge',
      destination: 'extensionAttribute1',
      appliedOn: ['CREATE', 'UPDATE'],
    },
  })
  const imported = decideTranslation({ direction: 'IMPORT', source: 'pager', destination: 'costCenter' })
  assert.equal(imported.ok && imported.value.destination, 'costCenter')
})

test('what cannot be a rule is refused by its field', () => {
  const rule = { direction: 'EXPORT', source: 'costCenter', destination: 'pager' }
  assert.equal(faultOf(rule), undefined)
  assert.equal(faultOf({ ...rule, direction: 'UNSPECIFIED' }), 'direction')
  assert.equal(faultOf({ ...rule, sourceType: 'EXPR' }), 'sourceType')
  assert.equal(faultOf({ ...rule, source: '' }), 'source')
  assert.equal(faultOf({ ...rule, source: 'mfa' }), 'source')
  assert.equal(faultOf({ ...rule, destination: 'no blanks' }), 'destination')
  assert.equal(faultOf({ ...rule, destination: 'givenName' }), 'destination')
  assert.equal(faultOf({ ...rule, appliedOn: ['DELETE'] }), 'appliedOn')
  assert.equal(faultOf({ direction: 'IMPORT', source: 'pa ger', destination: 'costCenter' }), 'source')
  assert.equal(faultOf({ direction: 'IMPORT', source: 'pager', destination: 'a.b' }), 'destination')
})

test('a change keeps what it does not name', () => {
  const present = decideTranslation({ direction: 'EXPORT', source: 'costCenter', destination: 'pager' })
  assert.ok(present.ok)
  const changed = decideTranslation({ sourceType: 'CONSTANT', source: '7' }, present.value)
  assert.deepEqual(changed.ok && [changed.value.destination, changed.value.source], ['pager', '7'])
})

test('a preview shows what becomes of a user, custom attributes and constants included', () => {
  const rules = [
    { direction: 'EXPORT', sourceType: 'PATH', source: 'costCenter', destination: 'pager', appliedOn: ['CREATE'] },
    {
      direction: 'EXPORT',
      sourceType: 'PATH',
      source: 'customAttributes.badge',
      destination: 'info',
      appliedOn: ['CREATE'],
    },
    { direction: 'EXPORT', sourceType: 'CONSTANT', source: 'x', destination: 'o', appliedOn: ['CREATE'] },
  ] as const
  const { destination } = previewTranslations(rules, { costCenter: '7', attributes: [{ name: 'badge', value: 'B1' }] })
  assert.deepEqual(destination, { pager: '7', info: 'B1', o: 'x' })
  const back = [
    { direction: 'IMPORT', sourceType: 'PATH', source: 'givenName', destination: 'nick', appliedOn: ['CREATE'] },
  ] as const
  assert.deepEqual(previewTranslations(back, { firstname: 'Ann' }).destination, { nick: 'Ann' })
})

test('the hub’s own rules go both ways', () => {
  assert.ok(builtInTranslations.some((rule) => rule.direction === 'IMPORT' && rule.destination === 'firstname'))
  assert.ok(builtInTranslations.some((rule) => rule.direction === 'EXPORT' && rule.destination === 'givenName'))
})
