import { AgentCreate, AgentCreated, AgentUpdate, DirectoryAgent } from '@lockstep/contract/hub/directory'
import { IdParams, IdText } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { AgentService } from '../../processes/ad/agent.service.ts'
import { originOf } from './change-origin.ts'
import { renameFields } from './rename-fields.ts'

/** The part of the agents that administrators use. */
export type Agents = Pick<AgentService, 'create' | 'change' | 'remove'>

const AgentParams = Type.Object({ id: IdText, agentId: IdText })
const names = { agent_id: 'agentId' } as const

/** The agents of a directory. */
export function directoryAgentRoutes(agents: Agents): readonly Route[] {
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
      summary: 'Pause or resume an agent',
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
  ]
}
