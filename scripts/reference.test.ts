import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseShape, readReference, referenceParts, type Shape } from './reference.ts'

test('shapes are read: names, lists, unions of literals, and what may be null', () => {
  assert.deepEqual(parseShape('#Error[]'), { kind: 'array', item: { kind: 'named', name: 'Error' } })
  assert.deepEqual(parseShape('("A | B" | "C")[] | null'), {
    kind: 'union',
    members: [
      {
        kind: 'array',
        item: {
          kind: 'union',
          members: [
            { kind: 'literal', value: 'A | B' },
            { kind: 'literal', value: 'C' },
          ],
        },
      },
      { kind: 'null' },
    ],
  })
  assert.deepEqual(parseShape('map(string:date-time)'), { kind: 'map', item: { kind: 'format', format: 'date-time' } })
  assert.throws(() => parseShape('nonsense'), /no shape/)
})

test('every name in the committed facts is there', () => {
  for (const part of referenceParts) {
    const { operations, schemas } = readReference(part)
    const texts = [
      ...Object.values(operations).flatMap(({ query = {}, headers = {}, body, replies }) => [
        ...Object.values(query),
        ...Object.values(headers),
        ...Object.values(replies),
        body ?? '',
      ]),
      ...Object.values(schemas).flatMap((properties) => Object.values(properties)),
    ]
    const missing = texts.flatMap((text) => namesIn(parseShape(text))).filter((name) => schemas[name] === undefined)
    assert.deepEqual(missing, [])
  }
})

function namesIn(shape: Shape): readonly string[] {
  if (shape.kind === 'named') return [shape.name]
  if (shape.kind === 'array' || shape.kind === 'map') return namesIn(shape.item)
  return shape.kind === 'union' ? shape.members.flatMap(namesIn) : []
}
