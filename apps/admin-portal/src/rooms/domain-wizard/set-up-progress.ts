import type { DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'

type Kind = DirectoryAgent['kind']

export interface SetUpProgress {
  /** Kinds of agents that are wanted and were not added. */
  readonly missing: readonly Kind[]
  /** Kinds that were added and did not connect yet. */
  readonly waiting: readonly Kind[]
  /** The domain is read, where it is read at all. */
  readonly isRead: boolean
  readonly isDone: boolean
}

/** How far the set-up of a domain has come; told by the domain itself, so that anybody can take it up. */
export function setUpProgress({
  agents,
  configuration,
  lastFullReadAt,
}: Pick<DirectoryDetail, 'agents' | 'lastFullReadAt'> & {
  readonly configuration: Pick<DirectoryDetail['configuration'], 'agentsWanted'>
}): SetUpProgress {
  const wanted = configuration.agentsWanted
  const missing = wanted.filter((kind) => !agents.some((agent) => agent.kind === kind))
  const connected = (kind: Kind): boolean => agents.some((agent) => agent.kind === kind && agent.state !== 'unsealed')
  const waiting = wanted.filter((kind) => !missing.includes(kind) && !connected(kind))
  const isRead = !wanted.includes('IMPORT') || lastFullReadAt !== undefined
  return { missing, waiting, isRead, isDone: missing.length === 0 && waiting.length === 0 && isRead }
}
