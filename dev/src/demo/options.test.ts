import assert from 'node:assert/strict'
import test from 'node:test'
import { DemoError } from './demo-error.ts'
import { parseDemoOptions } from './options.ts'

test('the demo has a domain, forgets its data and takes any port unless told otherwise', () => {
  const plain = { port: undefined, keepsFolder: false, hasDomain: true, writeFile: undefined }
  assert.deepEqual(parseDemoOptions([]), plain)
  assert.deepEqual(parseDemoOptions(['--no-ad', '--keep', '--port', '8081', '--write', 'demo.json']), {
    port: 8081,
    keepsFolder: true,
    hasDomain: false,
    writeFile: 'demo.json',
  })
})

test('a command line that makes no sense is answered with how it is used', () => {
  const wrong = [['--port', 'x'], ['--port', '0'], ['--port', '65536'], ['--port'], ['--write', ''], ['--ad'], ['now']]
  for (const args of wrong) {
    assert.throws(
      () => parseDemoOptions(args),
      (error: unknown) => error instanceof DemoError && error.message.includes('npm run demo -- ['),
      args.join(' '),
    )
  }
})
