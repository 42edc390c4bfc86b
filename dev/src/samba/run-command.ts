import { spawn } from 'node:child_process'
import { DomainControllerError } from './domain-controller-error.ts'

/** How one command is run; `input` goes to its standard input, the right way for secrets. */
export type CommandOptions = {
  readonly input?: string
  readonly timeoutMs?: number
  readonly environment?: Readonly<Record<string, string>>
  /** Package installations must finish even when we are killed; everything else ends with us. */
  readonly outlivesParent?: boolean
}

const environmentOfCommands = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' }
const tailCharacters = 2000

/**
 * Runs a program to its end and returns what it printed; throws `command-failed` with the end of its error output (lines
 * about passwords left out, because `samba-tool` prints generated ones).
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { input = '', timeoutMs = 120_000, environment = {}, outlivesParent = false } = options
  const env = { ...environmentOfCommands, ...environment }
  return new Promise((resolve, reject) => {
    const child = outlivesParent
      ? spawn(program, args, { env, cwd: '/', detached: true })
      : spawn('setpriv', ['--pdeathsig=KILL', '--', program, ...args], { env, cwd: '/', detached: true })
    const output: Buffer[] = []
    let errors = ''
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      child.kill('SIGKILL')
    }, timeoutMs)
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer)
      const told = errors.split('\n').filter((line) => !/passw/i.test(line))
      const message = `${program} ${reason}: ${told.join('\n').trim().slice(-tailCharacters)}`
      reject(new DomainControllerError('command-failed', message, { cause }))
    }
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors = (errors + chunk).slice(-4 * tailCharacters)
    })
    child.once('error', (error) => fail('could not be started', error))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) return resolve(Buffer.concat(output).toString('utf8'))
      fail(isTimedOut ? `took longer than ${timeoutMs} ms` : `ended with ${code ?? signal}`)
    })
    // A program that ends without reading its input makes the pipe fail; its exit code already tells the story.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
