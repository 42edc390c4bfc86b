import { parseArgs } from 'node:util'
import { parseHubUrl } from '@lockstep/client/agent-transport'
import type { CaptureSources } from './agent-file.ts'

/** What an administrator typed, checked. */
export type AgentCommand =
  | CheckPasswordCommand
  | EnrolCommand
  | RunCommand
  | CredentialsCommand
  | ServiceCommand
  | DoctorCommand

export interface RunCommand {
  readonly name: 'run'
  readonly configFile: string
  /** In the place of what was said when the agent was enrolled. */
  readonly capture?: CaptureSources
}

/** Another service account, password, domain controller or authority; what is absent stays as it is. */
export interface CredentialsCommand {
  readonly name: 'credentials'
  readonly configFile: string
  readonly bindDn?: string
  readonly passwordFile?: string
  readonly ldapUrl?: string
  readonly ldapCaFile?: string
  readonly ldapServerName?: string
}

/** Prints how the machine keeps the agent running. */
export interface ServiceCommand {
  readonly name: 'service'
  readonly configFile: string
  readonly system: 'systemd' | 'windows'
  readonly user: string
}

/** Reads a password from standard input and looks whether it follows the rules in a file. */
export interface CheckPasswordCommand {
  readonly name: 'check-password'
  readonly rulesFile: string
  /** Refuses every password while rules or list of leaked passwords cannot be read. */
  readonly isStrict: boolean
}

/** About an agent that is enrolled, by its file, or about one that is to be, by what it would be enrolled with. */
export interface DoctorCommand {
  readonly name: 'doctor'
  readonly subject: { readonly configFile: string } | { readonly prospect: Prospect }
  /** In the place of what was said when the agent was enrolled. */
  readonly capture?: CaptureSources
  readonly asJson: boolean
}

/** What an agent would be enrolled with, as far as it is known, and where it is to work. */
export interface Prospect extends Pick<
  EnrolCommand,
  'hubUrl' | 'hubCaFile' | 'ldapUrl' | 'ldapCaFile' | 'ldapServerName' | 'bindDn' | 'passwordFile'
> {
  readonly rootDn?: string
  readonly integrationGroupDn?: string
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
  readonly capture?: CaptureSources
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
    `         [--hub-ca FILE] [--ldap-ca FILE] [--ldap-server-name NAME] [CAPTURE]`,
    `       ${program} run --config FILE [CAPTURE]`,
    `       ${program} doctor --config FILE [CAPTURE] [--json]`,
    `       ${program} doctor --hub URL --ldap ldaps://HOST --bind-dn DN [--root-dn DN --integration-group-dn DN]`,
    `         [--password-file FILE] [--hub-ca FILE] [--ldap-ca FILE] [--ldap-server-name NAME] [CAPTURE] [--json]`,
    `       ${program} credentials --config FILE [--bind-dn DN] [--password-file FILE]`,
    `         [--ldap ldaps://HOST] [--ldap-ca FILE] [--ldap-server-name NAME]`,
    `       ${program} service --config FILE [--user NAME] [--windows]`,
    `       ${program} check-password --rules FILE [--strict]`,
    'CAPTURE, for the import agent on a domain controller: [--capture-socket PATH [--capture-gnupg-home FOLDER]]',
    '         [--capture-filter PIPE --capture-filter-key FILE] [--rules FILE]',
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
  'root-dn': { type: 'string' },
  'integration-group-dn': { type: 'string' },
  config: { type: 'string' },
  user: { type: 'string' },
  'capture-socket': { type: 'string' },
  'capture-gnupg-home': { type: 'string' },
  'capture-filter': { type: 'string' },
  'capture-filter-key': { type: 'string' },
  rules: { type: 'string' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  windows: { type: 'boolean' },
} as const

type FlagName = 'json' | 'strict' | 'windows'
type OptionName = Exclude<keyof typeof optionTypes, FlagName>
type Values = Readonly<Partial<Record<OptionName, string>> & Partial<Record<FlagName, boolean>>>

/** What each command takes besides `--config`; all others belong to enrol. */
const captureOptions = [
  ...(['capture-socket', 'capture-gnupg-home', 'capture-filter', 'capture-filter-key', 'rules'] as const),
]
const commandOptions = {
  run: captureOptions,
  doctor: [
    ...(['json', 'hub', 'hub-ca', 'ldap', 'ldap-ca', 'ldap-server-name', 'bind-dn', 'password-file'] as const),
    ...(['root-dn', 'integration-group-dn'] as const),
    ...captureOptions,
  ],
  service: ['user', 'windows'],
  credentials: ['bind-dn', 'password-file', 'ldap', 'ldap-ca', 'ldap-server-name'],
} as const
const foreignToEnrol = ['user', 'json', 'strict', 'windows', 'root-dn', 'integration-group-dn']
const commandNames = 'enrol, run, doctor, credentials, check-password or service'

/** Reads the command line; throws a UsageError that says what is wrong. */
export function parseCommand(args: readonly string[], given: GivenSecrets): AgentCommand {
  const { values, positionals } = parsed(args)
  const [name, ...rest] = positionals
  if (name === undefined) throw new UsageError(`Say ${commandNames}.`)
  if (name !== 'enrol' && name !== 'check-password' && !isOther(name))
    throw new UsageError(`There is no command ${name}; say ${commandNames}.`)
  if (rest.length > 0) throw new UsageError(`${rest[0]} is one word too many.`)
  if (name === 'enrol') return enrolCommand(values, given)
  if (name === 'check-password') return checkPasswordCommand(values)
  const foreign = Object.keys(values).find((option) => !['config', ...commandOptions[name]].includes(option))
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to ${name}.`)
  if (name === 'doctor') return doctorCommand(values, given)
  const configFile = required(values, 'config')
  switch (name) {
    case 'run':
      return { name, configFile, ...captureSources(values) }
    case 'service':
      return serviceCommand(values, configFile)
    case 'credentials':
      return credentialsCommand(values, configFile, given)
  }
}

function doctorCommand(values: Values, given: GivenSecrets): DoctorCommand {
  const { config: configFile, json = false, ...facts } = values
  const [named] = Object.keys(facts).filter((option) => !captureOptions.some((each) => each === option))
  const capture = captureSources(values)
  if (configFile !== undefined && named !== undefined)
    throw new UsageError(`--${named} does not belong to doctor beside --config, whose file says it.`)
  if (configFile !== undefined || named === undefined)
    return { name: 'doctor', subject: { configFile: required(values, 'config') }, ...capture, asJson: json }
  const { 'hub-ca': hubCaFile, 'password-file': passwordFile } = values
  const { 'root-dn': rootDn, 'integration-group-dn': integrationGroupDn } = values
  if (passwordFile === undefined && !given.hasPassword) throw noPassword()
  const prospect: Prospect = {
    ...hubAndController(values),
    ...(hubCaFile === undefined ? {} : { hubCaFile }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(rootDn === undefined ? {} : { rootDn }),
    ...(integrationGroupDn === undefined ? {} : { integrationGroupDn }),
  }
  return { name: 'doctor', subject: { prospect }, ...capture, asJson: json }
}

function noPassword(): UsageError {
  return new UsageError('Give the password with --password-file or in LOCKSTEP_AGENT_BIND_PASSWORD.')
}

function hubAndController(
  values: Values,
): Pick<EnrolCommand, 'hubUrl' | 'ldapUrl' | 'ldapCaFile' | 'ldapServerName' | 'bindDn'> {
  const hubUrl = required(values, 'hub')
  try {
    parseHubUrl(hubUrl)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
  const ldapUrl = required(values, 'ldap')
  requireLdapUrl(ldapUrl)
  return { hubUrl, ldapUrl, bindDn: required(values, 'bind-dn'), ...ldapTrust(values) }
}

function checkPasswordCommand(values: Values): CheckPasswordCommand {
  const foreign = Object.keys(values).find((option) => !['rules', 'strict'].includes(option))
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to check-password.`)
  return { name: 'check-password', rulesFile: required(values, 'rules'), isStrict: values.strict === true }
}

function isOther(name: string): name is keyof typeof commandOptions {
  return Object.hasOwn(commandOptions, name)
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

function serviceCommand({ user = 'lockstep', windows }: Values, configFile: string): ServiceCommand {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new UsageError('--user must be the name of an account.')
  return { name: 'service', configFile, system: windows === true ? 'windows' : 'systemd', user }
}

function credentialsCommand(values: Values, configFile: string, given: GivenSecrets): CredentialsCommand {
  const named = commandOptions.credentials.filter((option) => values[option] !== undefined)
  if (named.length === 0 && !given.hasPassword)
    throw new UsageError(
      'Say what is new: --password-file or LOCKSTEP_AGENT_BIND_PASSWORD, --bind-dn, --ldap, --ldap-ca.',
    )
  const { ldap: ldapUrl, 'bind-dn': bindDn, 'password-file': passwordFile } = values
  if (ldapUrl !== undefined) requireLdapUrl(ldapUrl)
  return {
    name: 'credentials',
    configFile,
    ...(bindDn === undefined ? {} : { bindDn }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(ldapUrl === undefined ? {} : { ldapUrl }),
    ...ldapTrust(values),
  }
}

function ldapTrust(values: Values): { readonly ldapCaFile?: string; readonly ldapServerName?: string } {
  return {
    ...(values['ldap-ca'] === undefined ? {} : { ldapCaFile: values['ldap-ca'] }),
    ...(values['ldap-server-name'] === undefined ? {} : { ldapServerName: values['ldap-server-name'] }),
  }
}

function requireLdapUrl(ldapUrl: string): void {
  if (URL.canParse(ldapUrl) && new URL(ldapUrl).protocol === 'ldaps:' && new URL(ldapUrl).hostname !== '') return
  throw new UsageError('--ldap must look like ldaps://dc1.example.com; unencrypted connections are never used.')
}

function enrolCommand(values: Values, given: GivenSecrets): EnrolCommand {
  const foreign = Object.keys(values).find((option) => foreignToEnrol.includes(option))
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to enrol.`)
  const place = hubAndController(values)
  const passwordFile = values['password-file']
  if (passwordFile === undefined && !given.hasPassword) throw noPassword()
  return {
    name: 'enrol',
    configFile: required(values, 'config'),
    ...place,
    connectKey: connectKeySource(values, given.hasConnectKey),
    ...(values['hub-ca'] === undefined ? {} : { hubCaFile: values['hub-ca'] }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...captureSources(values),
  }
}

function captureSources(values: Values): { readonly capture?: CaptureSources } {
  if (captureOptions.every((option) => values[option] === undefined)) return {}
  const { 'capture-socket': socket, 'capture-gnupg-home': gnupgHome, 'capture-filter': path, rules: rulesFile } = values
  if (gnupgHome !== undefined) required(values, 'capture-socket')
  if (values['capture-filter-key'] !== undefined) required(values, 'capture-filter')
  return {
    capture: {
      ...(socket === undefined ? {} : { socket }),
      ...(gnupgHome === undefined ? {} : { gnupgHome }),
      ...(path === undefined ? {} : { filter: { path, keyFile: required(values, 'capture-filter-key') } }),
      ...(rulesFile === undefined ? {} : { rulesFile }),
    },
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
