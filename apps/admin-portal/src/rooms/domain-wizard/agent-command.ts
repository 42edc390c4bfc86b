import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import type { AgentBundle } from '@lockstep/contract/hub/directory-agent'

const programs: Readonly<Record<DirectoryAgent['kind'], string>> = { IMPORT: 'import-agent', SYNC: 'sync-agent' }

interface AgentCommandFacts {
  readonly kind: DirectoryAgent['kind']
  readonly hubUrl: string
  readonly connectKey: string
  /** The domain's DNS name and its distinguished name, for the examples to replace. */
  readonly domain: string
  readonly baseDn: string
  /** The agent's file that the hub offers; undefined while that is not known. */
  readonly bundle: AgentBundle | undefined
}

/**
 * The commands that fetch an agent, check it, enrol it once, and tell how to keep it running. The key stands in the environment, and goes to
 * curl by its standard input, because others on the machine can see command lines.
 */
export function agentCommands({ kind, hubUrl, connectKey, domain, baseDn, bundle }: AgentCommandFacts): string {
  const file = `${programs[kind]}.mjs`
  const program = `node ${file}`
  const config = `--config ${programs[kind]}.json`
  const places = `--ldap ldaps://dc1.${domain} --bind-dn "CN=lockstep-${kind === 'IMPORT' ? 'import' : 'sync'},CN=Users,${baseDn}" --password-file password.txt`
  const header = `printf 'x-lockstep-connect-key: %s' "$LOCKSTEP_AGENT_CONNECT_KEY"`
  return [
    `export LOCKSTEP_AGENT_CONNECT_KEY=${connectKey}`,
    `${header} | curl -fsS -H @- -o ${file} ${hubUrl}/agents/v1/bundles/${file}`,
    ...(bundle === undefined ? [] : [`echo '${bundle.sha256}  ${file}' | sha256sum -c`]),
    `${program} enrol --hub ${hubUrl} ${places} ${config}`,
    `${program} doctor ${config}`,
    `${program} service ${config}`,
    `${program} run ${config}`,
  ].join('\n')
}
