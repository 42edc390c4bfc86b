// The steps of `npm run check`, and the files of each kind of test.
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { root, type Step } from './steps.ts'

export interface TestFiles {
  readonly unit: readonly string[]
  readonly integration: readonly string[]
  readonly browser: readonly string[]
}

const checkTimeoutMs = 120_000
const unitTestTimeoutMs = 30_000
/**
 * The compiler and the linter are Go programs that spread over all processors, which the steps beside them need, and pay for it:
 * each of the compiler's threads resolves the same types again, and their collectors run all the time. With one thread and a heap
 * that may grow to five times what is alive they take a third and two thirds of the processor time.
 */
const oneThread = { GOMAXPROCS: '1', GOGC: '400' }

/** Test files whose path contains one of the filters; all of them without filters. */
export function findTestFiles(filters: readonly string[]): TestFiles {
  const files = globSync('{apps,packages,dev,scripts,tests,bench}/**/*.test.ts', {
    cwd: root,
    exclude: ['**/node_modules', '**/dist'],
  })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .toSorted()
  const ending = (suffix: string): readonly string[] => files.filter((file) => file.endsWith(suffix))
  const integration = ending('.integration.test.ts')
  const browser = ending('.browser.test.ts')
  return { unit: files.filter((file) => !integration.includes(file) && !browser.includes(file)), integration, browser }
}

/** All unit tests in one process: a process for each file would take twenty times as long. */
export function unitTestSteps(files: readonly string[]): readonly Step[] {
  if (files.length === 0) return []
  const flags = ['--test-isolation=none', `--test-timeout=${unitTestTimeoutMs}`]
  return [
    { name: 'unit tests', command: [process.execPath, ...flags, ...files], timeoutMs: checkTimeoutMs, isTest: true },
  ]
}

function typeSteps(): readonly Step[] {
  const projects = ['.', 'apps/admin-portal', 'apps/user-portal', 'packages/ui'].filter((folder) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  )
  return projects.map((project) => ({
    name: `types ${project}`,
    command: ['tsc', '-p', project, '--singleThreaded'],
    environment: oneThread,
    timeoutMs: checkTimeoutMs,
  }))
}

/** What the pre-commit hook runs. */
export function fastSteps(shouldFix: boolean): readonly Step[] {
  const format = shouldFix ? 'format (writing)' : 'format'
  return [
    { name: format, command: ['oxfmt', shouldFix ? '--write' : '--check', '.'], timeoutMs: checkTimeoutMs },
    { name: 'lint', command: ['oxlint', '--deny-warnings', '.'], environment: oneThread, timeoutMs: checkTimeoutMs },
    ...typeSteps(),
  ]
}

/** Everything that needs no server. */
export function checkSteps(shouldFix: boolean): readonly Step[] {
  const script = (name: string, file: string): Step => ({
    name,
    command: [process.execPath, join(root, 'scripts', file)],
    timeoutMs: checkTimeoutMs,
  })
  return [
    ...fastSteps(shouldFix),
    // The longest first, so that no processor waits for the last of them.
    script('layers', 'layers.ts'),
    ...unitTestSteps(findTestFiles([]).unit),
    { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'], timeoutMs: checkTimeoutMs },
    script('tidy', 'tidy.ts'),
  ]
}
