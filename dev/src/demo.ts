// The demo: the hub, a domain with a company in it and both agents, as real programs on this machine, until Ctrl-C.
// Standard output carries what happens and, once both sides agree, where everything is and the line `Demo is ready`.
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DemoError } from './demo/demo-error.ts'
import { parseDemoOptions } from './demo/options.ts'
import { runDemo } from './demo/run-demo.ts'
import { DomainControllerError } from './samba/domain-controller-error.ts'

const parentCheckMs = 500
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
// A terminal that was closed cannot be written to any more; the demo still has to end in order.
process.stdout.on('error', () => stop.abort())

// A package runner that is killed leaves its child behind; the demo then ends by itself.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop.abort()
  }, parentCheckMs).unref()
}

function stateFolder(): string {
  if (process.getuid?.() === 0) return '/var/lib/lockstep-demo'
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockstep-demo')
}

let exitCode = 0
try {
  await runDemo(parseDemoOptions(process.argv.slice(2)), {
    stateFolder: stateFolder(),
    temporaryFolder: tmpdir(),
    environment: { PATH: process.env['PATH'] ?? systemPath, LC_ALL: 'C.UTF-8' },
    print: (line) => process.stdout.write(`${line}\n`),
    stop: stop.signal,
  })
} catch (error) {
  exitCode = 1
  const isExpected = error instanceof DemoError || error instanceof DomainControllerError
  process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
}
process.exit(exitCode)
