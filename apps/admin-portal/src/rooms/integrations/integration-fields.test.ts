import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integrationFields, integrationUpdate, wholeNumberUpTo } from './integration-fields.ts'

const row: IntegrationRow = {
  id: '1'.repeat(24),
  name: 'Entra ID',
  builtIn: false,
  profile: 'entra',
  enabled: true,
  mayCreate: true,
  mayUpdate: true,
  mayDelete: false,
  onDelete: 'suspend',
  onDeactivate: 'suspend',
  defaultState: 'STAGED',
  usernameRule: 'before_at',
  emailRule: 'primary',
  mapping: null,
  readOnlyFields: ['jobTitle', 'department'],
  othersMayChange: false,
  takeoverBy: ['email'],
  takeoverOf: 'unowned',
  guard: 'hold',
  guardCount: 10,
  guardPercent: 5,
  created: '2026-11-22T08:00:00.000Z',
  updated: '2026-11-22T08:00:00.000Z',
  tokens: [],
}

test('what a form shows of an integration is what the hub takes back', () => {
  const update: object = integrationUpdate(integrationFields(row))
  for (const [field, value] of Object.entries(update))
    assert.deepEqual(value, row[field as keyof IntegrationRow], field)
  assert.equal(Object.keys(update).length, 18)
})

test('only what was changed is sent, lists may become empty', () => {
  assert.deepEqual(integrationUpdate({ takeoverBy: '', mayDelete: 'on', guardCount: '25' }), {
    takeoverBy: [],
    mayDelete: true,
    guardCount: 25,
  })
})

test('numbers are whole and within their limit', () => {
  const rule = wholeNumberUpTo(100)
  assert.equal(rule('100'), undefined)
  assert.equal(rule('0'), undefined)
  for (const wrong of ['', '101', '-1', '2.5', 'ten']) assert.match(rule(wrong) ?? '', /from 0 to 100/u)
})
