import { enrolAgent } from '@lockstep/client/agent-client'
import { newAgentKeys } from '@lockstep/client/agent-keys'
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import { createSealingKeys } from '@lockstep/contract/agents/sealed-password'
import { connectDirectory } from '@lockstep/ldap/directory-client'
import { type AgentFile, AgentFileError, createAgentFile } from './agent-file.ts'
import { optionalText, passwordText, textOf } from './given-texts.ts'
import type { ConnectKeySource, EnrolCommand, Prospect } from './options.ts'
import { agentVersion } from './version.ts'

/** Beside the command, what only the entry file knows. */
export interface EnrolSurroundings {
  readonly kind: AgentKind
  readonly hostname: string
  /** Of the service account, when it came from the environment. */
  readonly password: string | undefined
  /** When it came from the environment. */
  readonly connectKey: string | undefined
}

/**
 * Tries the service account, makes the file, spends the connect key and fills the file, in this order, so that a mistake
 * does not cost the key. Rejects with an AgentFileError, a DirectoryError or a HubError.
 */
export async function enrol(command: EnrolCommand, surroundings: EnrolSurroundings): Promise<void> {
  const { kind, hostname } = surroundings
  const connectKey = await connectKeyOf(command.connectKey, surroundings.connectKey)
  const directory = await directoryOf(command, surroundings.password)
  const client = await connectDirectory({ ...directory, timeoutMs: 10_000 })
  await client.close()
  const ca = await optionalText(command.hubCaFile)
  const hub = { url: command.hubUrl, ...(ca === undefined ? {} : { ca }) }
  const keys = newAgentKeys()
  const sealing = await createSealingKeys()
  const file = await createAgentFile(command.configFile)
  try {
    const publicKeys = { publicKey: keys.publicKey, sealingKey: sealing.publicKey }
    const request = { connectKey, ...publicKeys, kind, hostname, version: agentVersion }
    const { agentId, domainId } = await enrolAgent(hub, request)
    const capture = command.capture === undefined ? {} : { capture: command.capture }
    await file.fill({ kind, agentId, domainId, keys, sealing, hub, directory, ...capture })
  } catch (error) {
    await file.discard()
    throw error
  }
}

async function connectKeyOf(source: ConnectKeySource, fromEnvironment: string | undefined): Promise<string> {
  if (source.from === 'command line') return source.key
  if (source.from === 'environment') return fromEnvironment ?? ''
  const key = (await textOf(source.path)).trim()
  if (key === '') throw new AgentFileError(`The file ${source.path} is empty; it must hold the connect key.`)
  return key
}

/** Where and as whom to sign in, with what the named files hold. Rejects with an AgentFileError. */
export async function directoryOf(
  command: Omit<Prospect, 'hubUrl' | 'hubCaFile'>,
  password: string | undefined,
): Promise<AgentFile['directory']> {
  const { passwordFile, ldapServerName } = command
  const given = passwordFile === undefined ? (password ?? '') : passwordText(await textOf(passwordFile))
  const ca = await optionalText(command.ldapCaFile)
  return {
    url: command.ldapUrl,
    bindDn: command.bindDn,
    password: given,
    ...(ca === undefined ? {} : { ca }),
    ...(ldapServerName === undefined ? {} : { servername: ldapServerName }),
  }
}
