import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstPage, isNarrowed, listSearchOf, nextPage, previousPage, withChange } from './list-search.ts'

test('an address keeps what a list knows and drops the rest', () => {
  const raw = { search: 4711, sort: '-created', state: 'SUSPENDED', page: 'two', evil: 'x', department: '' }
  assert.deepEqual(listSearchOf(raw, ['state', 'department']), { search: '4711', sort: '-created', state: 'SUSPENDED' })
})

test('a page number without its key is the first page', () => {
  assert.deepEqual(listSearchOf({ page: 3 }, []), {})
  assert.deepEqual(listSearchOf({ page: 3, after: 'k' }, []), { page: 3, after: 'k' })
  assert.deepEqual(listSearchOf({ after: 'k' }, []), {})
})

test('a new filter starts at the first page', () => {
  assert.deepEqual(withChange({ after: 'k', page: 4, sort: 'email' }, { search: 'anna' }), {
    sort: 'email',
    search: 'anna',
  })
  assert.deepEqual(withChange({ search: 'anna' }, { search: '' }), {})
})

test('pages go forth and back along the trail of keys', () => {
  const second = nextPage({ sort: 'email' }, 'k1')
  const third = nextPage(second, 'k2')
  assert.deepEqual(third, { sort: 'email', after: 'k2', page: 3 })
  assert.deepEqual(previousPage(third, ['', 'k1', 'k2']), second)
  assert.deepEqual(previousPage(second, []), { sort: 'email' })
  assert.equal(previousPage(third, []), undefined, 'a shared link knows no trail')
  assert.equal(previousPage(firstPage(third), ['']), undefined)
})

test('a sorted list is not a narrowed one', () => {
  assert.equal(isNarrowed({ sort: 'email', page: 2 }, ['state']), false)
  assert.equal(isNarrowed({ search: 'a' }, []), true)
})
