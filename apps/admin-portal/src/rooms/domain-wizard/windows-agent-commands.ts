import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import type { AgentBundle } from '@lockstep/contract/hub/directory-agent'
import { serviceAccountDn } from './domain-places.ts'

interface WindowsAgentFacts {
  readonly kind: DirectoryAgent['kind']
  readonly hubUrl: string
  readonly connectKey: string
  readonly domain: string
  readonly baseDn: string
  readonly bundle: AgentBundle | undefined
}

/** PowerShell that fetches an agent, checks it, enrols it once, and tells how to keep it running as a service. */
export function windowsAgentCommands({ kind, hubUrl, connectKey, domain, baseDn, bundle }: WindowsAgentFacts): string {
  const name = kind === 'IMPORT' ? 'import-agent' : 'sync-agent'
  const file = `${name}.mjs`
  const places = `--ldap ldaps://dc1.${domain} --bind-dn "${serviceAccountDn(kind, baseDn)}" --password-file password.txt`
  return [
    `$env:LOCKSTEP_AGENT_CONNECT_KEY = '${connectKey}'`,
    `$key = @{ 'x-lockstep-connect-key' = $env:LOCKSTEP_AGENT_CONNECT_KEY }`,
    `Invoke-WebRequest -UseBasicParsing -Headers $key -OutFile ${file} ${hubUrl}/agents/v1/bundles/${file}`,
    ...(bundle === undefined
      ? []
      : [`if ((Get-FileHash ${file}).Hash -ne '${bundle.sha256}') { throw 'This is not the file of the hub.' }`]),
    `node ${file} enrol --hub ${hubUrl} ${places} --config ${name}.json`,
    `node ${file} doctor --config ${name}.json`,
    `node ${file} run --config ${name}.json`,
    `node ${file} service --windows --config ${name}.json`,
  ].join('\n')
}
