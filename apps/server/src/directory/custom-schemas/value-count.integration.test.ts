import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { countValues } from './value-count.store.ts'

const typeId = 'd'.repeat(24)
const urn = 'urn:example:badge:1.0:User'

let own: TestDatabase
before(async () => {
  own = await testDatabase()
})
after(() => own.drop())

test('holders of a value are counted by one look at each kind of holder, however many attributes there are', async () => {
  const kept = [
    { [urn]: { grade: 'A', number: 0, holder: { name: 'x' }, valid: false }, grade: 'beside' },
    { [urn]: { grade: '', number: null, doors: [] } },
    { [urn]: { grade: 'B', other: 'not asked for' } },
    { [urn]: 'no object' },
    {},
    null,
  ]
  const further = kept.map((values) => (values === null ? null : JSON.stringify({ values })))
  await own.database.execute({
    text: `insert into users (id, username, email, attributes, state, unix_uid, unix_gid, created, updated, further)
      select lpad(n::text, 24, 'a'), 'u' || n, 'u' || n || '@example.com', '{}', 'ACTIVATED', 9000 + n, 9000 + n, now(), now(), further
      from unnest($1::jsonb[]) with ordinality as one (further, n)`,
    values: [further],
  })
  await own.database.execute({
    text: `insert into groups (id, name, created, updated, further) values ($1, 'Everybody', now(), now(), $2)`,
    values: ['b'.repeat(24), further[0]],
  })
  await own.database.execute({
    text: `insert into custom_types (id, name, endpoint, description, schema_urn, extensions, from_file, created, updated)
      values ($1, 'Desk', '/Desks', '', 'urn:example:desk', '[]', false, now(), now())`,
    values: [typeId],
  })
  await own.database.execute({
    text: `insert into custom_resources (id, type_id, external_ids, content, revision, created, updated)
      values ($1, $2, '{}', $3, 1, now(), now())`,
    values: ['c'.repeat(24), typeId, JSON.stringify({ room: '7', [urn]: { grade: 'A' } })],
  })
  let looks = 0
  const db: Queryable = {
    ...own.database,
    query(query) {
      looks += 1
      return own.database.query(query)
    },
  }
  const extension = ['grade', 'number', 'holder', 'valid', 'doors', 'none'].map((name) => [urn, name])
  const places = [
    ...extension.map((path) => ({ owner: 'User', path })),
    ...extension.map((path) => ({ owner: 'Group', path })),
    ...[['room'], ['none'], [urn, 'grade']].map((path) => ({ owner: typeId, path })),
    { owner: 'e'.repeat(24), path: ['room'] },
  ]
  const counts = await countValues(db, places)
  assert.deepEqual(
    places.map((place) => counts.get(place)),
    [...[2, 1, 1, 1, 1, 0], ...[1, 1, 1, 1, 0, 0], ...[1, 0, 1], 0],
  )
  assert.equal(looks, 5)
  assert.deepEqual([...(await countValues(db, [])), looks], [5])
})
