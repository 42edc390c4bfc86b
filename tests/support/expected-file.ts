// Lists that are committed, so that a change of them is a visible diff. LOCKSTEP_EXPECTED=write writes them anew.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'expected')

/** Compares the lines with those of `tests/expected/NAME`. */
export async function assertExpectedFile(name: string, lines: readonly string[]): Promise<void> {
  const path = join(folder, name)
  const text = `${lines.join('\n')}\n`
  if (process.env['LOCKSTEP_EXPECTED'] === 'write') {
    await mkdir(folder, { recursive: true })
    await writeFile(path, text)
  }
  const expected = await readFile(path, 'utf8').catch(() => '')
  assert.equal(
    text,
    expected,
    `tests/expected/${name} says otherwise; if the change is meant, run this with LOCKSTEP_EXPECTED=write`,
  )
}

/** The lines of `tests/expected/NAME` that are neither empty nor a comment. */
export async function readExpectedLines(name: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, name), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}
