import { parseArgs, type ParseArgsConfig } from 'node:util'
import { createHubClient } from '@lockstep/client/hub-client'
import { HubError } from '@lockstep/client/hub-error'
import { agentProgramHelp, runAgentProgram } from './agent-programs.ts'
import { type Command, type CommandOptions, type Outcome, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { plainText } from './table.ts'

/** Where the command finds the hub, and where its words go. */
export interface Surroundings {
  /** Unless `--url` names another hub. */
  readonly url: string | undefined
  readonly apiKey: string | undefined
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

const defaultUrl = 'http://127.0.0.1:8080'
const exitCodes = { done: 0, failed: 1, usage: 2 } as const

/** Runs a command and answers its exit code: 0 done, 1 refused, failed or bad news, 2 written wrongly. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings
  try {
    if (words.length === 0 || words.includes('--help') || words.includes('-h')) {
      helpLines().forEach(print)
      return words.length === 0 ? exitCodes.usage : exitCodes.done
    }
    const [noun, ...rest] = words
    if (noun === 'agent') return await runAgentProgram(rest)
    const { command, operands, options } = parse(words)
    const hub = createHubClient({
      baseUrl: hubUrl(options.url ?? surroundings.url),
      apiKey: requireKey(surroundings.apiKey),
    })
    const outcome = await command.run(hub, operands, options, print)
    show(outcome, options.json === true, surroundings)
    return outcome.isBad === true ? exitCodes.failed : exitCodes.done
  } catch (error) {
    complain(plainText(explain(error)))
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}

function show({ value, lines, note }: Outcome, asJson: boolean, { print, complain }: Surroundings): void {
  if (asJson && value !== undefined) return print(JSON.stringify(value, undefined, 2))
  lines.forEach(print)
  if (note !== undefined) complain(note)
}

interface Parsed {
  readonly command: Command
  readonly operands: readonly string[]
  readonly options: CommandOptions & { readonly url?: string; readonly json?: boolean }
}

function parse(words: readonly string[]): Parsed {
  const [noun = '', verb = ''] = words
  const command = commands.find(({ name }) => name === `${noun} ${verb}` || name === noun)
  if (command === undefined) throw new UsageError(`There is no command "${noun} ${verb}". See lockstep --help.`)
  const options: NonNullable<ParseArgsConfig['options']> = {
    url: { type: 'string' },
    json: { type: 'boolean' },
    ...Object.fromEntries(command.options.map((name) => [name, { type: 'string' }])),
    ...Object.fromEntries((command.flags ?? []).map((name) => [name, { type: 'boolean' }])),
  }
  const { positionals, values } = parseStrictly(words.slice(command.name.split(' ').length), options)
  if (positionals.length !== command.operands.length) throw new UsageError(`Usage: ${usage(command)}`)
  return { command, operands: positionals, options: values }
}

function parseStrictly(
  args: string[],
  options: NonNullable<ParseArgsConfig['options']>,
): { positionals: string[]; values: object } {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The options are not understood.')
  }
}

function hubUrl(text: string = defaultUrl): string {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (!isAddress) throw new UsageError(`"${text}" is no address such as ${defaultUrl}.`)
  return text.replace(/\/+$/, '')
}

function requireKey(apiKey: string | undefined): string {
  if (apiKey !== undefined && apiKey !== '') return apiKey
  throw new UsageError('Put an API key into the variable LOCKSTEP_API_KEY; the portal makes one under “API keys”.')
}

function explain(error: unknown): string {
  if (!(error instanceof HubError)) return error instanceof Error ? error.message : String(error)
  const field = error.field === undefined || error.detail.startsWith(error.field) ? '' : `${error.field}: `
  const request = error.requestId === undefined ? '' : ` (${error.code}, request ${error.requestId})`
  return `${field}${error.detail}${request}`
}

function usage({ name, operands, options, flags = [] }: Command): string {
  const wanted = operands.map((operand) => ` ${operand.toUpperCase()}`).join('')
  return `lockstep ${name}${wanted}${options.map((option) => ` [--${option} TEXT]`).join('')}${flags.map((flag) => ` [--${flag}]`).join('')}`
}

function helpLines(): readonly string[] {
  return [
    'lockstep COMMAND [--url ADDRESS] [--json]',
    '',
    ...commands.flatMap((command) => [`  ${usage(command)}`, `      ${command.summary}`]),
    '',
    'On the machine of an agent:',
    ...agentProgramHelp,
    '',
    `The hub is at --url, else LOCKSTEP_PUBLIC_URL, else ${defaultUrl}. LOCKSTEP_API_KEY holds the API key.`,
    'Exit codes: 0 done, 1 refused, failed or bad news, 2 written wrongly.',
  ]
}
