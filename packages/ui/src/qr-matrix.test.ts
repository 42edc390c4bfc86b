import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBits, qrMatrix, versionBits } from './qr-matrix.ts'

function rowsOf(text: string): readonly string[] {
  const { size, dark } = qrMatrix(text) ?? { size: 0, dark: new Uint8Array() }
  return Array.from({ length: size }, (_, row) =>
    [...dark.subarray(row * size, (row + 1) * size)].map((module) => (module === 1 ? '#' : '.')).join(''),
  )
}

test('format and version bits are those of the standard’s tables', () => {
  const formats = ['101010000010010', '101000100100101', '101111001111100', '101101101001011']
  assert.deepEqual(
    [0, 1, 2, 3].map((mask) => formatBits(mask).toString(2)),
    formats,
  )
  assert.equal(versionBits(7).toString(2).padStart(18, '0'), '000111110010010100')
  assert.equal(versionBits(20).toString(2).padStart(18, '0'), '010100100110100110')
})

test('a text is drawn module by module as readers were seen to take it up', () => {
  assert.deepEqual(rowsOf('Lockstep'), [
    '#######.##.##.#######',
    '#.....#..#....#.....#',
    '#.###.#.#.#...#.###.#',
    '#.###.#...###.#.###.#',
    '#.###.#..##.#.#.###.#',
    '#.....#.#.#...#.....#',
    '#######.#.#.#.#######',
    '.........#.#.........',
    '#.#...##...##..#..#.#',
    '#.###..#.#.....####.#',
    '.##..##.#.#..##.#...#',
    '..##.#.#.#..#..#.#...',
    '..##..###....##.##...',
    '........##.#.##.#....',
    '#######.##.###..#...#',
    '#.....#....#.##..#...',
    '#.###.#...#####.##.#.',
    '#.###.#..##....##.#..',
    '#.###.#.#.....#.#..##',
    '#.....#..##.#..###...',
    '#######.#.....###...#',
  ])
})

test('the symbol grows with the text, and refuses what it cannot hold', () => {
  assert.deepEqual(
    [14, 15, 122, 123, 666].map((length) => qrMatrix('x'.repeat(length))?.size),
    [21, 25, 45, 49, 97],
  )
  assert.equal(qrMatrix('x'.repeat(667)), undefined)
})
