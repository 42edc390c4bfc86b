import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeyedReader } from './keyed-reader.ts'

test('what is asked for at the same time is read together, each key once', async () => {
  const loads: (readonly string[])[] = []
  const read = createKeyedReader((keys) => {
    loads.push(keys)
    return Promise.resolve(new Map(keys.filter((key) => key !== 'c').map((key) => [key, key.toUpperCase()])))
  })
  assert.deepEqual(await Promise.all(['a', 'b', 'a', 'c'].map(read)), ['A', 'B', 'A', undefined])
  assert.equal(await read('b'), 'B')
  assert.deepEqual(loads, [['a', 'b', 'c'], ['b']])
})

test('a reading that fails fails for those who asked for it, and not for their neighbours', async () => {
  const read = createKeyedReader((keys) =>
    keys.includes('bad') ? Promise.reject(new Error('no')) : Promise.resolve(new Map(keys.map((key) => [key, 1]))),
  )
  const answers = await Promise.allSettled(['a', 'bad', 'b'].map(read))
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})
