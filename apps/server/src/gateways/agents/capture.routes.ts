import { CaptureOrders, CaptureQuestion, CaptureReply, CaptureReport } from '@lockstep/contract/agents/capture'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { AgentService } from '../../processes/ad/agent.service.ts'
import type { CaptureService } from '../../processes/ad/capture.service.ts'

export interface CaptureRoutesOptions {
  readonly agents: Pick<AgentService, 'require'>
  readonly captures: CaptureService
}

const agent = { scheme: 'agent' } as const

/** How passwords that change in a domain come here: `@lockstep/contract/agents/capture` explains it. */
export function captureRoutes({ agents, captures }: CaptureRoutesOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/agents/v1/captures/orders',
      summary: 'Ask whose password is to be handed in, and how',
      access: agent,
      body: CaptureQuestion,
      reply: { status: 200, schema: CaptureOrders },
      handle: async ({ actor, body }) => ({ body: await captures.orders(await agents.require(actor, 'IMPORT'), body) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/agents/v1/captures',
      summary: 'Hand in captured passwords, sealed or hashed',
      access: agent,
      body: CaptureReport,
      reply: { status: 200, schema: CaptureReply },
      handle: async ({ actor, body }) => ({ body: await captures.accept(await agents.require(actor, 'IMPORT'), body) }),
    }),
  ]
}
