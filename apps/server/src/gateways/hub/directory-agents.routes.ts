import { AgentCreate, AgentCreated, AgentUpdate, DirectoryAgent } from '@lockstep/contract/hub/directory'
import { AgentBundles, AgentLog, AgentLogQuery, BundleParams } from '@lockstep/contract/hub/directory-agent'
import { IdParams, IdText } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { type AgentBundleService, bundleReply } from '../../processes/ad/agent-bundle.service.ts'
import type { AgentLogService } from '../../processes/ad/agent-log.service.ts'
import type { AgentService } from '../../processes/ad/agent.service.ts'
import { originOf } from './change-origin.ts'
import { renameFields } from './rename-fields.ts'

/** The part of the agents that administrators use. */
export type Agents = Pick<AgentService, 'create' | 'change' | 'remove'>

export interface DirectoryAgentOptions {
  readonly agents: Agents
  readonly agentLogs: Pick<AgentLogService, 'read'>
  readonly agentBundles: Pick<AgentBundleService, 'list' | 'read'>
}

const AgentParams = Type.Object({ id: IdText, agentId: IdText })
const names = { agent_id: 'agentId' } as const

/** The agents of a directory. */
export function directoryAgentRoutes({ agents, agentLogs, agentBundles }: DirectoryAgentOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.agents' } as const
  const path = '/hub/v1/directories/:id/agents/:agentId'
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/agents',
      summary: 'Make an agent; its connect key is shown this once',
      access,
      params: IdParams,
      body: AgentCreate,
      reply: { status: 201, schema: AgentCreated },
      handle: async (request) => ({
        status: 201,
        body: await agents.create(originOf(request), request.params.id, request.body.kind),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path,
      summary: 'Pause or resume an agent, or make it the primary of its kind',
      access,
      params: AgentParams,
      body: AgentUpdate,
      reply: { status: 200, schema: DirectoryAgent },
      async handle(request) {
        const { id, agentId } = request.params
        const change = (): Promise<DirectoryAgent> =>
          agents.change(originOf(request), { domainId: id, agentId }, request.body)
        return { body: await renameFields(names, change) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: 'Remove an agent; it is refused from then on',
      access,
      params: AgentParams,
      reply: { status: 204 },
      async handle(request) {
        const { id, agentId } = request.params
        await renameFields(names, () => agents.remove(originOf(request), { domainId: id, agentId }))
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/log`,
      summary: 'The last lines of an agent’s log; while somebody asks, the agent sends what comes',
      access,
      params: AgentParams,
      query: AgentLogQuery,
      reply: { status: 200, schema: AgentLog },
      async handle({ actor, params: { id, agentId }, query, signal }) {
        const read = (): Promise<AgentLog> => agentLogs.read(actor, { domainId: id, agentId }, query, signal)
        return { body: await renameFields(names, read) }
      },
    }),
    ...bundleRoutes(agentBundles),
  ]
}

/** The programs themselves. */
function bundleRoutes(bundles: DirectoryAgentOptions['agentBundles']): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.agents' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/agent-bundles',
      summary: 'The agents’ files, with their checksums',
      access,
      reply: { status: 200, schema: AgentBundles },
      handle: async ({ actor }) => ({ body: { items: await bundles.list(actor) } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/agent-bundles/:name',
      summary: 'Download an agent’s file',
      access,
      params: BundleParams,
      reply: { status: 200 },
      handle: async ({ actor, params }) => bundleReply(await bundles.read(actor, params.name)),
    }),
  ]
}
