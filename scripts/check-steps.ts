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
  const projects = ['.', 'apps/admin-portal', 'packages/ui'].filter((folder) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  )
  return projects.map((project) => ({
    name: `types ${project}`,
    command: ['tsc', '-p', project],
    timeoutMs: checkTimeoutMs,
  }))
}

/** What the pre-commit hook runs. */
export function fastSteps(shouldFix: boolean): readonly Step[] {
  const format = shouldFix ? 'format (writing)' : 'format'
  return [
    { name: format, command: ['oxfmt', shouldFix ? '--write' : '--check', '.'], timeoutMs: checkTimeoutMs },
    { name: 'lint', command: ['oxlint', '--deny-warnings', '.'], timeoutMs: checkTimeoutMs },
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
    { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'], timeoutMs: checkTimeoutMs },
    script('layers', 'layers.ts'),
    script('tidy', 'tidy.ts'),
    ...unitTestSteps(findTestFiles([]).unit),
  ]
}
