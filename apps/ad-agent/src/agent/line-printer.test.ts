import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { linePrinter } from './line-printer.ts'

const tellLost = (lines: number): string => `${lines} lost\n`

test('a device that is full takes nothing and ends nothing', () => {
  const fd = openSync('/dev/full', 'w')
  try {
    const lines: string[] = []
    const print = linePrinter({ fd, write: (line) => lines.push(line), on: () => undefined }, tellLost)
    print('first\n')
    assert.deepEqual(lines, ['first\n'], 'a device is no file: its stream writes')
  } finally {
    closeSync(fd)
  }
})

test('a program goes on when its log file is full, and says how many lines were lost when there is room again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-printer-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const log = openSync(join(folder, 'log'), 'a')
  const printer = new URL('line-printer.ts', import.meta.url).href
  // 20 octets fit; the limit of the parent shell is soft, so the program's own child can lift it.
  const script = `
    import { spawnSync } from 'node:child_process'
    import { linePrinter } from '${printer}'
    const print = linePrinter(process.stderr, (lines) => lines + ' lost\\n')
    for (const name of ['one', 'two', 'three', 'four']) print('line ' + name + ' is here\\n')
    spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:'])
    print('line five is here\\n')`
  const child = spawn(
    'prlimit',
    ['--fsize=25:', process.execPath, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', script],
    { stdio: ['ignore', 'ignore', log] },
  )
  closeSync(log)
  const [code] = (await once(child, 'exit')) as [number | null]
  assert.equal(code, 0)
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), 'line one is here\nline two\n3 lost\nline five is here\n')
})
