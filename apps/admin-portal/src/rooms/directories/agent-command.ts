import type { DirectoryAgent } from '@lockstep/contract/hub/directory'

const programs: Readonly<Record<DirectoryAgent['kind'], string>> = { IMPORT: 'import-agent.mjs', SYNC: 'sync-agent.mjs' }

/** The command that enrols an agent on its machine; the connect key works once. */
export function agentCommand(kind: DirectoryAgent['kind'], hubUrl: string, connectKey: string): string {
  return `node ${programs[kind]} --hub ${hubUrl} --connect-key ${connectKey}`
}
