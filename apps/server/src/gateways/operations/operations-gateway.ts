import { renderProblem } from '../../platform/http/problem-reply.ts'
import { defineRoute, type Gateway } from '../../platform/http/route.ts'

const open = { scheme: 'public' } as const

export interface OperationsGatewayOptions {
  /** Resolves when the hub can serve, rejects when not. */
  readonly checkReady: () => Promise<void>
  readonly printMetrics: () => Promise<{ readonly contentType: string; readonly content: string }>
}

/** What operators' machinery asks: whether the process lives, whether it can serve, and its figures. No personal values. */
export function createOperationsGateway({ checkReady, printMetrics }: OperationsGatewayOptions): Gateway {
  const routes = [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      summary: 'The process lives',
      access: open,
      handle: async () => ({ body: { status: 'ok' } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      summary: 'The hub can serve',
      access: open,
      handle: async () => {
        await checkReady()
        return { body: { status: 'ready' } }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/metrics',
      summary: 'Figures in Prometheus text',
      access: open,
      handle: async () => ({ text: await printMetrics() }),
    }),
  ]
  return { name: 'operations', tolerant: false, prefixes: ['/'], routes, renderError: renderProblem }
}
