import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKindNames, clientKinds, kindOfProfile } from './client-kinds.ts'

test('an integration is of the kind that it was added as, by the profile that it keeps', () => {
  assert.deepEqual(
    clientKindNames.map((kind) => kindOfProfile[clientKinds[kind].profile]),
    clientKindNames,
  )
})
