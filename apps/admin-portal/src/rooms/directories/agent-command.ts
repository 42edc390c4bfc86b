import type { DirectoryAgent } from '@lockstep/contract/hub/directory'

const programs: Readonly<Record<DirectoryAgent['kind'], string>> = { IMPORT: 'import-agent', SYNC: 'sync-agent' }

interface AgentCommandFacts {
  readonly kind: DirectoryAgent['kind']
  readonly hubUrl: string
  readonly connectKey: string
  /** The domain's DNS name and its distinguished name, for the examples to replace. */
  readonly domain: string
  readonly baseDn: string
}

/**
 * The command that enrols an agent once, and the one that runs it from then on. The key stands in the environment because
 * others on the machine can see command lines.
 */
export function agentCommands({ kind, hubUrl, connectKey, domain, baseDn }: AgentCommandFacts): string {
  const program = `node ${programs[kind]}.mjs`
  const config = `--config ${programs[kind]}.json`
  const places = `--ldap ldaps://dc1.${domain} --bind-dn "CN=Lockstep,CN=Users,${baseDn}" --password-file password.txt`
  const enrol = `LOCKSTEP_AGENT_CONNECT_KEY=${connectKey} ${program} enrol --hub ${hubUrl} ${places} ${config}`
  return `${enrol}\n${program} run ${config}`
}
