import {
  EnrolReply,
  EnrolRequest,
  ImportLease,
  ImportLeaseRequest,
  ReadBatch,
  ReadReply,
  SealingKeyNotice,
  WorkReply,
  WorkReport,
  WorkReportReply,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import { AgentLogReply, AgentLogReport } from '@lockstep/contract/agents/log'
import { SelfCheckReply, SelfCheckRequest } from '@lockstep/contract/agents/self-check'
import { SignInAnswers, SignInCheckReply, SignInCheckRequest } from '@lockstep/contract/agents/sign-in-check'
import { AppError } from '@lockstep/contract/app-error'
import { BundleParams } from '@lockstep/contract/hub/directory-agent'
import { renderProblem } from '../../platform/http/problem-reply.ts'
import { defineRoute, type Gateway, type Route } from '../../platform/http/route.ts'
import { type AgentBundleService, bundleReply } from '../../processes/ad/agent-bundle.service.ts'
import type { AgentLogService } from '../../processes/ad/agent-log.service.ts'
import type { AgentService } from '../../processes/ad/agent.service.ts'
import type { CaptureService } from '../../processes/ad/capture.service.ts'
import type { ReadService } from '../../processes/ad/read.service.ts'
import type { SignInCheckService } from '../../processes/ad/sign-in-check.service.ts'
import type { WorkService } from '../../processes/ad/work.service.ts'
import { captureRoutes } from './capture.routes.ts'

/** A batch of a domain with large groups may be large. */
const batchLimitBytes = 33_554_432
const logLimitBytes = 2_097_152
const agent = { scheme: 'agent' } as const

export interface AgentsGatewayOptions {
  readonly agents: AgentService
  readonly reads: ReadService
  readonly work: WorkService
  readonly signInChecks: SignInCheckService
  readonly captures: CaptureService
  readonly agentLogs: Pick<AgentLogService, 'accept'>
  readonly agentBundles: Pick<AgentBundleService, 'readWithKey'>
}

/** The agents' protocol: `@lockstep/contract/agents/protocol` explains it. */
export function createAgentsGateway(options: AgentsGatewayOptions): Gateway {
  const { agents, reads } = options
  const routes = [
    defineRoute({
      method: 'POST',
      path: '/agents/v1/enrol',
      summary: 'Enrol an agent with its one-time connect key',
      access: { scheme: 'public' },
      body: EnrolRequest,
      reply: { status: 200, schema: EnrolReply },
      handle: async ({ body, ip }) => ({ body: await agents.enrol(body, ip) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/import/lease',
      summary: 'Take or renew the import lease',
      access: agent,
      body: ImportLeaseRequest,
      reply: { status: 200, schema: ImportLease },
      handle: async ({ actor, body, ip }) => {
        const caller = await agents.require(actor, 'IMPORT')
        await agents.noteContact(caller, body, ip)
        return { body: await agents.importLease(caller, body.directory.reachable) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/import/read',
      summary: 'Hand in a batch of what was read',
      access: agent,
      body: ReadBatch,
      bodyLimitBytes: batchLimitBytes,
      reply: { status: 200, schema: ReadReply },
      handle: async ({ actor, body }) => {
        const caller = await agents.require(actor, 'IMPORT')
        if (caller.paused) throw new AppError('agent_paused')
        const reader = { domainId: caller.domainId, agentId: caller.id, agentName: actor.name }
        return { body: await reads.accept(reader, body) }
      },
    }),
    ...workRoutes(options),
    ...signInRoutes(options),
    ...captureRoutes(options),
    ...surroundingRoutes(options),
  ]
  return { name: 'agents', tolerant: false, prefixes: ['/agents/v1'], routes, renderError: renderProblem }
}

/** What a sync agent is to write. */
function workRoutes({ agents, work }: AgentsGatewayOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/agents/v1/work',
      summary: 'Wait for something to write',
      access: agent,
      body: WorkRequest,
      reply: { status: 200, schema: WorkReply },
      handle: async ({ actor, body, ip, signal }) => {
        const caller = await agents.require(actor, 'SYNC')
        await agents.noteContact(caller, body, ip)
        return { body: await work.next(caller, body, signal) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/work/report',
      summary: 'Report what was written',
      access: agent,
      body: WorkReport,
      reply: { status: 200, schema: WorkReportReply },
      handle: async ({ actor, body }) => {
        const caller = await agents.require(actor, 'SYNC')
        return { body: await work.report(caller, body) }
      },
    }),
  ]
}

/** Sign-ins that the domain validates. */
function signInRoutes({ agents, signInChecks }: AgentsGatewayOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/agents/v1/sign-in-checks',
      summary: 'Wait for sign-ins to check',
      access: agent,
      body: SignInCheckRequest,
      reply: { status: 200, schema: SignInCheckReply },
      handle: async ({ actor, body, signal }) => {
        const caller = await agents.require(actor, 'IMPORT')
        return { body: await signInChecks.next(caller, body, signal) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/sign-in-checks/answers',
      summary: 'Say what the domain said of sign-ins',
      access: agent,
      body: SignInAnswers,
      reply: { status: 204 },
      handle: async ({ actor, body }) => {
        const caller = await agents.require(actor, 'IMPORT')
        await signInChecks.answer(caller, actor, body)
        return { status: 204 }
      },
    }),
  ]
}

/** What agents call beside their work. */
function surroundingRoutes({ agents, agentLogs, agentBundles }: AgentsGatewayOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/agents/v1/log',
      summary: 'Hand in log lines while somebody looks at them',
      access: agent,
      body: AgentLogReport,
      bodyLimitBytes: logLimitBytes,
      reply: { status: 200, schema: AgentLogReply },
      handle: async ({ actor, body }) => ({ body: await agentLogs.accept(await agents.identify(actor), body) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/sealing-key',
      summary: 'Tell the key that passwords for this agent are sealed with',
      access: agent,
      body: SealingKeyNotice,
      reply: { status: 204 },
      async handle({ actor, body }) {
        await agents.publishSealingKey(actor, body.sealingKey)
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/self-check',
      summary: 'What an agent compares with its surroundings; takes no lease',
      access: agent,
      body: SelfCheckRequest,
      reply: { status: 200, schema: SelfCheckReply },
      handle: async ({ actor }) => ({ body: await agents.selfCheck(actor) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/agents/v1/bundles/:name',
      summary: 'Download an agent with the connect key in the header x-lockstep-connect-key, which is not used up',
      access: { scheme: 'public' },
      params: BundleParams,
      reply: { status: 200 },
      async handle({ headers, params }) {
        const key = headers['x-lockstep-connect-key']
        const file = await agentBundles.readWithKey(typeof key === 'string' ? key : '', params.name)
        return bundleReply(file)
      },
    }),
  ]
}
