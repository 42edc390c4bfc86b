import { parseArgs } from 'node:util'
import { parseHubUrl } from '@lockstep/client/agent-transport'

/** What an administrator typed, checked. */
export type AgentCommand = EnrolCommand | RunCommand

export interface RunCommand {
  readonly name: 'run'
  readonly configFile: string
}

/** Where the connect key stands. The environment and a file keep it from other users, who can see command lines. */
export type ConnectKeySource =
  | { readonly from: 'command line'; readonly key: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'environment' }

/** What the environment holds besides the command line. */
export interface GivenSecrets {
  readonly hasPassword: boolean
  readonly hasConnectKey: boolean
}

export interface EnrolCommand {
  readonly name: 'enrol'
  readonly configFile: string
  readonly hubUrl: string
  readonly hubCaFile?: string
  readonly connectKey: ConnectKeySource
  readonly ldapUrl: string
  readonly ldapCaFile?: string
  readonly ldapServerName?: string
  readonly bindDn: string
  /** Absent when the password came from the environment. */
  readonly passwordFile?: string
}

/** Wrong options: the program ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** How the programs are called. */
export function usageOf(program: string): string {
  return [
    `Usage: ${program} enrol --hub URL --ldap ldaps://HOST --bind-dn DN --config FILE`,
    `         [--connect-key-file FILE | --connect-key KEY] [--password-file FILE]`,
    `         [--hub-ca FILE] [--ldap-ca FILE] [--ldap-server-name NAME]`,
    `       ${program} run --config FILE`,
    'The connect key may stand in LOCKSTEP_AGENT_CONNECT_KEY instead; others can see what is on the command line.',
    'The password of the service account is read from the file or from LOCKSTEP_AGENT_BIND_PASSWORD.',
  ].join('\n')
}

const optionTypes = {
  hub: { type: 'string' },
  'hub-ca': { type: 'string' },
  'connect-key': { type: 'string' },
  'connect-key-file': { type: 'string' },
  ldap: { type: 'string' },
  'ldap-ca': { type: 'string' },
  'ldap-server-name': { type: 'string' },
  'bind-dn': { type: 'string' },
  'password-file': { type: 'string' },
  config: { type: 'string' },
} as const

type OptionName = keyof typeof optionTypes
type Values = Readonly<Partial<Record<OptionName, string>>>

/** Reads the command line; throws a UsageError that says what is wrong. */
export function parseCommand(args: readonly string[], given: GivenSecrets): AgentCommand {
  const { values, positionals } = parsed(args)
  const [name, ...rest] = positionals
  if (name !== 'enrol' && name !== 'run') {
    throw new UsageError(name === undefined ? 'Say enrol or run.' : `There is no command ${name}; say enrol or run.`)
  }
  if (rest.length > 0) throw new UsageError(`${rest[0]} is one word too many.`)
  return name === 'run' ? runCommand(values) : enrolCommand(values, given)
}

function parsed(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: optionTypes, allowPositionals: true })
  } catch (error) {
    // The message of Node repeats what was typed, which may be a connect key in the wrong place: its first sentence is enough.
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''
    throw new UsageError(`${message}.`, { cause: error })
  }
}

function runCommand(values: Values): RunCommand {
  const foreign = Object.keys(values).find((name) => name !== 'config')
  if (foreign !== undefined) throw new UsageError(`--${foreign} belongs to enrol; run takes all from the file.`)
  return { name: 'run', configFile: required(values, 'config') }
}

function enrolCommand(values: Values, given: GivenSecrets): EnrolCommand {
  const hubUrl = required(values, 'hub')
  try {
    parseHubUrl(hubUrl)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
  const ldapUrl = required(values, 'ldap')
  if (!URL.canParse(ldapUrl) || new URL(ldapUrl).protocol !== 'ldaps:' || new URL(ldapUrl).hostname === '') {
    throw new UsageError('--ldap must look like ldaps://dc1.example.com; unencrypted connections are never used.')
  }
  const passwordFile = values['password-file']
  if (passwordFile === undefined && !given.hasPassword) {
    throw new UsageError('Give the password with --password-file or in LOCKSTEP_AGENT_BIND_PASSWORD.')
  }
  return {
    name: 'enrol',
    configFile: required(values, 'config'),
    hubUrl,
    connectKey: connectKeySource(values, given.hasConnectKey),
    ldapUrl,
    bindDn: required(values, 'bind-dn'),
    ...(values['hub-ca'] === undefined ? {} : { hubCaFile: values['hub-ca'] }),
    ...(values['ldap-ca'] === undefined ? {} : { ldapCaFile: values['ldap-ca'] }),
    ...(values['ldap-server-name'] === undefined ? {} : { ldapServerName: values['ldap-server-name'] }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  }
}

function connectKeySource(values: Values, hasConnectKey: boolean): ConnectKeySource {
  const sources: ConnectKeySource[] = []
  if (values['connect-key'] !== undefined) {
    sources.push({ from: 'command line', key: required(values, 'connect-key') })
  }
  if (values['connect-key-file'] !== undefined) {
    sources.push({ from: 'file', path: required(values, 'connect-key-file') })
  }
  if (hasConnectKey) sources.push({ from: 'environment' })
  const [source, another] = sources
  const ways = '--connect-key-file, in LOCKSTEP_AGENT_CONNECT_KEY or with --connect-key'
  if (source === undefined) throw new UsageError(`Give the connect key with ${ways}.`)
  if (another !== undefined) throw new UsageError(`Give the connect key once only: with ${ways}.`)
  return source
}

function required(values: Values, name: OptionName): string {
  const value = values[name]
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing.`)
  return value
}
