// Runs the commands of `npm run check` and `npm test`: a few at a time, each with its time, and its output when it fails.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { TestCounts } from './counts-reporter.ts'

export const root = resolve(import.meta.dirname, '..')

export interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly timeoutMs: number
  /** Variables that the command gets besides ours. */
  readonly environment?: Readonly<Record<string, string>>
  /** A command that runs node:test; its totals join the closing line. */
  readonly isTest?: boolean
  /** Run once more, alone, when it fails: what passes then is called unstable, which is a fault to be mended but not this change's. */
  readonly secondTry?: boolean
}

interface Outcome {
  readonly succeeded: boolean
  readonly output: string
}

/** Time between asking a command to end and ending it. */
const killDelayMs = 5_000
/** Time for the last output of a command that has ended. */
const outputDelayMs = 1_000
const binaries = join(root, 'node_modules', '.bin')

/** Our own Node and tools come first, whatever Node the machine has; colours would disturb captured output. */
function environment(own: Step['environment']): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, NODE_TEST_CONTEXT: _context, ...rest } = process.env
  return { ...rest, PATH: `${binaries}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1', ...own }
}

function run(
  { command: [program, ...args], timeoutMs, environment: own }: Step,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((settle) => {
    const chunks: Buffer[] = []
    const child = spawn(program, args, { cwd: root, env: environment(own), stdio: ['ignore', 'pipe', 'pipe'] })
    let note = ''
    let killer: NodeJS.Timeout | undefined
    const end = (reason: string): void => {
      note = reason
      child.kill('SIGTERM')
      killer = setTimeout(() => child.kill('SIGKILL'), killDelayMs)
    }
    const interrupt = (): void => end('interrupted\n')
    const late = `still running after ${timeoutMs / 1000} s: it hangs, or a test left something open\n`
    const timer = setTimeout(end, timeoutMs, late)
    signal.addEventListener('abort', interrupt, { once: true })
    const finish = (succeeded: boolean): void => {
      clearTimeout(timer)
      clearTimeout(killer)
      signal.removeEventListener('abort', interrupt)
      settle({ succeeded: succeeded && note === '', output: Buffer.concat(chunks).toString('utf8') + note })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // A grandchild that outlives the command holds its output open; it must not keep us waiting.
      child.once('exit', () => setTimeout(() => stream.destroy(), outputDelayMs).unref())
    }
    child.once('error', (error) => {
      note = `${program} could not be started: ${error.message}\n`
      finish(false)
    })
    child.once('close', (status) => finish(status === 0))
  })
}

function readCounts(file: string): TestCounts | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCounts
  } catch {
    return undefined // the run was ended before its summary; the caller counts one failure
  }
}

interface StepResult extends TestCounts {
  readonly succeeded: boolean
}

async function runStep(step: Step, countsFile: string, signal: AbortSignal): Promise<StepResult> {
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout']
  const counting = [
    `--test-reporter=${join(root, 'scripts', 'counts-reporter.ts')}`,
    `--test-reporter-destination=${countsFile}`,
  ]
  const [program, ...args] = step.command
  const command: Step['command'] = step.isTest ? [program, '--test', ...reporters, ...counting, ...args] : step.command
  const started = performance.now()
  const { succeeded, output } = await run({ ...step, command }, signal)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const counts = step.isTest ? readCounts(countsFile) : undefined
  const tally = counts ? `  ${counts.passed} passed, ${counts.failed} failed` : ''
  console.log(`${succeeded ? 'ok    ' : 'FAILED'}  ${step.name}  ${seconds} s${tally}`)
  if (!succeeded) console.log(output.trimEnd().replaceAll(/^/gm, '    '))
  const passed = counts?.passed ?? 0
  const failed = counts?.failed ?? 0
  return { succeeded, passed, failed: succeeded ? failed : Math.max(failed, 1) }
}

/**
 * Runs the steps in order, at most `concurrency` at a time, and adds up their tests; a failed step counts at least one failure.
 * When the signal aborts, running steps are ended, count as failed, and no other begins.
 */
export async function runSteps(
  steps: readonly Step[],
  concurrency: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-counts-'))
  const waiting = steps.map((step, index) => ({ step, countsFile: join(folder, `${index}.json`) }))
  const again: typeof waiting = []
  let passed = 0
  let failed = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const result = await runStep(next.step, next.countsFile, signal)
      if (!result.succeeded && next.step.secondTry && !signal.aborted) again.push(next)
      else {
        passed += result.passed
        failed += result.failed
      }
    }
  }
  const tryAgain = async ({ step, countsFile }: (typeof again)[number]): Promise<void> => {
    rmSync(countsFile, { force: true })
    const result = await runStep(step, countsFile, signal)
    if (result.succeeded) console.log(`UNSTABLE  ${step.name}: failed first, passed alone`)
    passed += result.passed
    failed += result.failed
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, steps.length) }, work))
    for (const each of again) await tryAgain(each)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { passed, failed }
}
