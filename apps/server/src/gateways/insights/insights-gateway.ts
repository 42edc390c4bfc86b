import { errorHeaders, httpStatus, publicError } from '../../platform/http/problem-reply.ts'
import type { Gateway, RouteReply } from '../../platform/http/route.ts'
import { type EventRouteOptions, eventRoutes } from './events.routes.ts'
import { reportRoutes } from './reports.routes.ts'

/** JumpCloud's Directory Insights API over the journal. */
export function createInsightsGateway(options: EventRouteOptions): Gateway {
  return {
    name: 'insights',
    tolerant: true,
    routes: [...eventRoutes(options), ...reportRoutes()],
    prefixes: ['/insights'],
    renderError,
  }
}

/** JumpCloud documents `message` alone; `error` and `code` are what clients of its other interfaces look for. */
function renderError(thrown: unknown, requestId: string): RouteReply {
  const error = publicError(thrown)
  const status = httpStatus[error.kind]
  const { message, field } = error
  return {
    status,
    headers: errorHeaders(error),
    body: { message, error: message, code: status, ...(field === undefined ? {} : { field }), requestId },
  }
}
