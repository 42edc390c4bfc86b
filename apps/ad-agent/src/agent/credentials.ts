import { connectDirectory } from '@lockstep/ldap/directory-client'
import { createSealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import { type AgentFile, readAgentFile, replaceAgentFile } from './agent-file.ts'
import { optionalText, passwordText, textOf } from './given-texts.ts'
import type { CredentialsCommand } from './options.ts'

/**
 * Puts another service account, password, domain controller or authority into an agent's file, after a bind has proven that they work.
 * A running agent notices within seconds. Rejects with an AgentFileError or a DirectoryError, and the file is as it was.
 */
export async function changeCredentials(
  command: CredentialsCommand,
  { kind, password }: { readonly kind: AgentKind; readonly password: string | undefined },
): Promise<void> {
  const file = await readAgentFile(command.configFile, kind)
  const directory = await changed(file.directory, command, password)
  const client = await connectDirectory({ ...directory, timeoutMs: 10_000 })
  await client.close()
  // A running agent of an earlier file may be unable to write it; whoever changes it here can.
  const sealing = file.sealing ?? (await createSealingKeys())
  await replaceAgentFile(command.configFile, { ...file, sealing, directory })
}

async function changed(
  present: AgentFile['directory'],
  command: CredentialsCommand,
  fromEnvironment: string | undefined,
): Promise<AgentFile['directory']> {
  const { ldapUrl: url, ldapServerName: servername, bindDn, passwordFile } = command
  const ca = await optionalText(command.ldapCaFile)
  const password = passwordFile === undefined ? fromEnvironment : passwordText(await textOf(passwordFile))
  return {
    ...present,
    ...(url === undefined ? {} : { url }),
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca }),
    ...(bindDn === undefined ? {} : { bindDn }),
    ...(password === undefined || password === '' ? {} : { password }),
  }
}
