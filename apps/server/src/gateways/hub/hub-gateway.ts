import { renderProblem } from '../../platform/http/problem-reply.ts'
import type { Gateway } from '../../platform/http/route.ts'
export function createHubGateway(_deps: any): Gateway { return { name: 'hub', tolerant: false, prefixes: ['/hub/v1'], routes: [], renderError: renderProblem } }
