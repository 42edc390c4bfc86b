import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { parseField, parseInterval, parsePage, parseSelection } from './event-query.ts'

const now = new Date('2026-06-01T12:00:00Z')
const start = { service: ['all'], start_time: '2026-05-01T00:00:00Z' }

function refusalOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return error.message
  }
  return assert.fail('was not refused')
}

test('a query names a service and when to begin', () => {
  assert.deepEqual(parseSelection(start, now), { since: new Date(start.start_time) })
  assert.deepEqual(parseSelection({ ...start, service: 'directory' }, now), { since: new Date(start.start_time) })
  assert.equal(parseSelection({ ...start, service: ['radius', 'sso'] }, now), undefined)
  for (const service of [undefined, [], ['nothing'], [5], null, {}, 'everything'])
    assert.match(
      refusalOf(() => parseSelection({ ...start, service }, now)),
      /^service: must be a list of any of all, .*workflows/,
    )
})

test('times are RFC 3339, in any zone, and UTC without one', () => {
  const since = (text: string): string | undefined =>
    parseSelection({ ...start, start_time: text }, now)?.since.toISOString()
  assert.equal(since('2026-05-01T00:00:00Z'), '2026-05-01T00:00:00.000Z')
  assert.equal(since('2026-05-01t00:00:00.5z'), '2026-05-01T00:00:00.500Z')
  assert.equal(since('2026-05-01T00:00:00'), '2026-05-01T00:00:00.000Z')
  assert.equal(since('2026-05-01'), '2026-05-01T00:00:00.000Z')
  assert.equal(since('2026-05-01T02:00:00+02:00'), '2026-05-01T00:00:00.000Z')
  assert.equal(since('2026-05-01T02:00:00+0200'), '2026-05-01T00:00:00.000Z')
  for (const wrong of [
    'May 2026',
    '2026-13-01',
    '2026-02-30',
    '0000-01-01',
    '2026-05-01T99:00:00Z',
    5,
    [],
    '2026-05-01T00:00:00X',
  ])
    assert.match(
      refusalOf(() => parseSelection({ ...start, start_time: wrong }, now)),
      /^start_time: must be a date and time/,
    )
  assert.match(
    refusalOf(() => parseSelection({ service: ['all'] }, now)),
    /^start_time: is required/,
  )
})

test('a start in the future and an end before the start are refused', () => {
  assert.match(
    refusalOf(() => parseSelection({ ...start, start_time: '2026-06-01T12:00:01Z' }, now)),
    /future/,
  )
  const early = { ...start, end_time: '2026-04-30T00:00:00Z' }
  assert.match(
    refusalOf(() => parseSelection(early, now)),
    /^end_time: lies before start_time/,
  )
  assert.match(
    refusalOf(() => parseSelection({ ...start, end_time: 'soon' }, now)),
    /^end_time: must be/,
  )
})

test('a full text query asks for every word, an exact match for its words as they stand', () => {
  assert.deepEqual(parseSelection({ ...start, q: ' ada  suspend ' }, now)?.texts, ['ada', 'suspend'])
  assert.deepEqual(parseSelection({ ...start, q: '', exact_match: 'Ada Lovelace' }, now)?.texts, ['Ada Lovelace'])
  assert.match(
    refusalOf(() => parseSelection({ ...start, q: ['a'] }, now)),
    /^q: must be text/,
  )
})

test('a nonsensical limit or sort is the default', () => {
  const limits = [undefined, null, 0, -1, 'many', 1.5, true, [5], {}, Number.MAX_VALUE].map(
    (limit) => parsePage({ limit }).limit,
  )
  assert.deepEqual(new Set(limits), new Set([1000]))
  assert.deepEqual([parsePage({ limit: '20' }).limit, parsePage({ limit: 50_000 }).limit], [20, 10_000])
  const sorted = ['DESC', 'desc', 'Desc', 'ASC', 'down', 5, undefined].map((sort) => parsePage({ sort }).descending)
  assert.deepEqual(sorted, [true, true, true, false, false, false, false])
})

test('what is wrong about a page is refused', () => {
  for (const fields of [[], 'username', [5], [''], {}])
    assert.match(
      refusalOf(() => parsePage({ fields })),
      /^fields: /,
    )
  for (const skip of [-1, 'a', 1e9])
    assert.match(
      refusalOf(() => parsePage({ skip })),
      /^skip: /,
    )
  for (const after of [['a', 'b'], [1], 'x', [1, -1], [8.7e15, 1], [{}, []], [null, null]])
    assert.match(
      refusalOf(() => parsePage({ search_after: after })),
      /^search_after: /,
    )
})

test('a page begins where the header of the one before said, and an empty header says nothing', () => {
  assert.deepEqual(parsePage({ search_after: [1_576_181_718_000, '17'] }).after, {
    at: new Date(1_576_181_718_000),
    seq: 17,
  })
  assert.equal('after' in parsePage({ search_after: [] }), false)
})

test('intervals have a unit, a value and an offset', () => {
  assert.deepEqual(parseInterval({ interval_unit: 'h', interval_value: '2', timezone: '-0530' }), {
    seconds: 7200,
    offsetSeconds: -19_800,
  })
  assert.deepEqual(parseInterval({ interval_unit: 'w' }), { seconds: 604_800, offsetSeconds: 0 })
  for (const unit of [undefined, 'y', 'constructor', ['h'], 5])
    assert.match(
      refusalOf(() => parseInterval({ interval_unit: unit })),
      /^interval_unit: /,
    )
  for (const value of [0, 'a', 1.5, 20_000])
    assert.match(
      refusalOf(() => parseInterval({ interval_unit: 'd', interval_value: value })),
      /^interval_value: /,
    )
  for (const timezone of ['here', '+9900', '-0560', 5])
    assert.match(
      refusalOf(() => parseInterval({ interval_unit: 'd', timezone })),
      /^timezone: /,
    )
})

test('counting values needs a field', () => {
  assert.equal(parseField({ field: 'event_type' }), 'event_type')
  for (const field of [undefined, '', 5])
    assert.match(
      refusalOf(() => parseField({ field })),
      /^field: is required/,
    )
})
