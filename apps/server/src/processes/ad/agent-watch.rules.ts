import { agentSilenceMs } from './domain.rules.ts'

type AgentKind = 'IMPORT' | 'SYNC'

/** What of an agent decides whether it is at work. */
export interface WatchedAgent {
  readonly domainId: string
  readonly kind: AgentKind
  readonly enrolled: boolean
  readonly paused: boolean
  readonly contactAt: Date | null
}

/** What was told last: undefined until an agent of the kind was at work for the first time. */
export interface WatchedDomain {
  readonly id: string
  readonly live: Readonly<Record<AgentKind, boolean | undefined>>
}

/** An agent's kind of which the last one stopped, or of which one is at work again. */
export interface WatchChange {
  readonly domainId: string
  readonly kind: AgentKind
  readonly before: boolean | undefined
  readonly after: boolean
  /** Why none is at work; absent when one is. */
  readonly reason?: 'removed' | 'paused' | 'silent'
}

const kinds = ['IMPORT', 'SYNC'] as const

/** What is to be told: a stop and a return once each, the first start never. */
export function watchChanges(
  domains: readonly WatchedDomain[],
  agents: readonly WatchedAgent[],
  now: Date,
): readonly WatchChange[] {
  const byDomain = Map.groupBy(agents, ({ domainId, kind }) => `${domainId} ${kind}`)
  return domains.flatMap((domain) =>
    kinds.flatMap((kind) => {
      const own = (byDomain.get(`${domain.id} ${kind}`) ?? []).filter(({ enrolled }) => enrolled)
      const before = domain.live[kind]
      const after = own.some((agent) => isLive(agent, now))
      if (before === after || (before === undefined && !after)) return []
      const change = { domainId: domain.id, kind, before, after }
      return [after ? change : { ...change, reason: reasonOf(own) }]
    }),
  )
}

function isLive({ paused, contactAt }: WatchedAgent, now: Date): boolean {
  return !paused && contactAt !== null && now.getTime() - contactAt.getTime() <= agentSilenceMs
}

function reasonOf(own: readonly WatchedAgent[]): NonNullable<WatchChange['reason']> {
  if (own.length === 0) return 'removed'
  return own.every(({ paused }) => paused) ? 'paused' : 'silent'
}
