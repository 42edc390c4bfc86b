// `npm test`: the checks, the proof of the layer rules, and every test. `npm test -- users` runs the test files whose path
// contains "users" and nothing else. The last line says how many tests passed and failed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  browserPackages,
  directoryPackages,
  examplePackages,
  installPrerequisites,
} from '../dev/src/samba/prerequisites.ts'
import { startTestPostgres } from '../tests/database.ts'
import { checkSteps, findTestFiles, unitTestSteps, type TestFiles } from './check-steps.ts'
import type { TestCounts } from './counts-reporter.ts'
import { root, runSteps, type Step } from './steps.ts'

/** Long enough for a domain to be provisioned on a slow machine; its only purpose is that a hang ends. */
const testTimeoutMs = 300_000
const fileTimeoutMs = 900_000
const concurrency = 2

/** A process for each file: these own a database, a domain or a browser. */
function fileSteps(files: readonly string[]): readonly Step[] {
  return files.map((file) => ({
    name: file,
    command: [process.execPath, '--test-isolation=none', `--test-timeout=${testTimeoutMs}`, file],
    timeoutMs: fileTimeoutMs,
    isTest: true,
    secondTry: true,
  }))
}

function proofSteps(): readonly Step[] {
  const script = (name: string, ...args: [string, ...string[]]): Step => ({
    name,
    command: [process.execPath, join(root, 'scripts', args[0]), ...args.slice(1)],
    timeoutMs: testTimeoutMs,
  })
  const schema = existsSync(join(root, 'scripts', 'print-schema.ts'))
    ? [script('schema', 'print-schema.ts', '--check')]
    : []
  return [script('proof of the layer rules', 'prove-layers.ts'), ...schema]
}

/** Debian packages that the files about to run need; says how to install them when we may not. */
async function prepare({ integration, browser }: TestFiles): Promise<void> {
  const packages = [
    ...(integration.length > 0 ? [...directoryPackages, ...examplePackages] : []),
    ...(browser.length > 0 ? browserPackages : []),
  ]
  const advice = await installPrerequisites(packages, console.log)
  if (advice) console.error(advice)
}

function sum(all: readonly TestCounts[]): TestCounts {
  const total = (pick: (counts: TestCounts) => number): number => all.map(pick).reduce((so, each) => so + each, 0)
  return { passed: total(({ passed }) => passed), failed: total(({ failed }) => failed) }
}

/** What needs a database server, with one server for all; each file makes databases of its own on it. */
async function runWithPostgres(files: TestFiles, isWhole: boolean, signal: AbortSignal): Promise<TestCounts> {
  await prepare(files)
  const postgres = await startTestPostgres()
  process.env['LOCKSTEP_TEST_POSTGRES'] = JSON.stringify(postgres.connection)
  try {
    return sum([
      await runSteps(isWhole ? proofSteps() : [], 1, signal),
      await runSteps(fileSteps(files.integration), concurrency, signal),
      await runSteps(fileSteps(files.browser), 1, signal), // one at a time: hub and browser already use two processors
    ])
  } finally {
    await postgres.stop()
  }
}

async function runAll(filters: readonly string[], signal: AbortSignal): Promise<TestCounts> {
  const files = findTestFiles(filters)
  const isWhole = filters.length === 0
  if (Object.values(files).flat().length === 0) {
    console.error(`No test file has "${filters.join('" or "')}" in its path.`)
    return { passed: 0, failed: 1 }
  }
  const withoutServers = await runSteps(isWhole ? checkSteps(false) : unitTestSteps(files.unit), concurrency, signal)
  const needsServer = isWhole || files.integration.length + files.browser.length > 0
  if (!needsServer || signal.aborted) return withoutServers
  try {
    return sum([withoutServers, await runWithPostgres(files, isWhole, signal)])
  } catch (error) {
    console.error(error) // the servers could not be started or stopped
    return sum([withoutServers, { passed: 0, failed: 1 }])
  }
}

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())
const { passed, failed } = await runAll(process.argv.slice(2), interruption.signal)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || interruption.signal.aborted ? 1 : 0
