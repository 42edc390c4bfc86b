import { AppError } from '@lockstep/contract/app-error'
import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { originOf } from './change-origin.ts'
import { ListParameters } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderAgent } from './render-active-directory.ts'
import { listRows } from './row-list.ts'

const AgentType = Type.Union([Type.Literal('SYNC'), Type.Literal('IMPORT')])
const AgentBody = Type.Object({ agentType: Type.Optional(AgentType), agent_type: Type.Optional(AgentType) })
const AgentPath = Type.Object({ id: Type.String(), agent_id: Type.String() })

const sortable = ['id', 'agentType', 'state', 'contactAt', 'hostname', 'source_ip', 'version']

/** The agents of Active Directory domains. */
export function activeDirectoryAgentRoutes(domains: ActiveDirectoryDomains): readonly Route[] {
  return [...readingRoutes(domains), ...writingRoutes(domains)]
}

function readingRoutes(domains: ActiveDirectoryDomains): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/agents',
      summary: 'List the agents of a domain',
      access,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const agents = await domains.listAgents(actor, requireObjectId(params.id, 'activedirectory_id'))
        return listRows(agents.map(renderAgent), query, sortable, url)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id/agents/:agent_id',
      summary: 'Read an agent of a domain',
      access,
      params: AgentPath,
      async handle({ actor, params }) {
        const agents = await domains.listAgents(actor, requireObjectId(params.id, 'activedirectory_id'))
        const agent = agents.find(({ id }) => id === requireObjectId(params.agent_id, 'agent_id'))
        if (agent === undefined) throw new AppError('not_found', { field: 'agent_id' })
        return { body: renderAgent(agent) }
      },
    }),
  ]
}

function writingRoutes(domains: ActiveDirectoryDomains): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.agents' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/activedirectories/:id/agents',
      summary: 'Add an agent to a domain; its connect key is shown this once',
      access,
      params: IdPath,
      body: AgentBody,
      reply: { status: 201 },
      async handle(request) {
        const domainId = requireObjectId(request.params.id, 'activedirectory_id')
        const made = await domains.createAgent(originOf(request), domainId, requireKind(request.body))
        return { status: 201, body: { ...renderAgent(made.agent), connectKey: made.connectKey } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/activedirectories/:id/agents/:agent_id',
      summary: 'Remove an agent of a domain',
      access,
      params: AgentPath,
      reply: { status: 204 },
      async handle(request) {
        const domainId = requireObjectId(request.params.id, 'activedirectory_id')
        await domains.removeAgent(originOf(request), domainId, requireObjectId(request.params.agent_id, 'agent_id'))
        return { status: 204 }
      },
    }),
  ]
}

function requireKind(body: {
  agentType?: DirectoryAgent['kind']
  agent_type?: DirectoryAgent['kind']
}): DirectoryAgent['kind'] {
  const kind = body.agentType ?? body.agent_type
  if (kind === undefined)
    throw new AppError('invalid_request', { field: 'agentType', detail: 'agentType: is required, SYNC or IMPORT.' })
  return kind
}
