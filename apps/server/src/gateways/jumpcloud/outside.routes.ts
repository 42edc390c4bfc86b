// What JumpCloud documents and the hub has nothing of: policies, patches, mobile devices, commands and the like. Clients that walk through
// everything find empty lists and go on; whoever wants to change something is told that this is not done here.
import { AppError } from '@lockstep/contract/app-error'
import type { Permission } from '@lockstep/contract/access'
import Type from 'typebox'
import { defineRoute, type Route, type RouteReply } from '../../platform/http/route.ts'
import { documentedOperations } from './outside-operations.ts'

interface Operation {
  readonly segments: readonly string[]
  readonly answer: string | undefined
}

const isParameter = (segment: string): boolean => segment.startsWith('{')
const operations = new Map<string, Operation[]>()
for (const [method, path, answer] of documentedOperations) {
  const segments = path.toLowerCase().split('/').slice(2)
  const key = `${method} ${segments.length}`
  operations.set(key, [...(operations.get(key) ?? []), { segments, answer }])
}

/** Operations of which the hub has nothing, for whoever makes requests from the routes' schemas. */
function examplesOf(method: string): string[] {
  return documentedOperations
    .filter(
      (operation) =>
        operation[0] === method && /^\/api\/v2\/(?:alerts|iplists|softwareapps|workflows)/.test(operation[1]),
    )
    .map(([, path]) => path.slice('/api/'.length).replaceAll(/\{[^}]+\}/g, 'f'.repeat(24)))
}

/** One route a method for all of them: whatever has no route of its own comes here. */
export function outsideRoutes(): readonly Route[] {
  return [
    outsideRoute('GET', 'Read what JumpCloud has and the hub has not: lists are empty', 'inventory.read'),
    searchRoute(),
    ...(['POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
      outsideRoute(method, 'Change what JumpCloud has and the hub has not: refused', 'inventory.write'),
    ),
  ]
}

function outsideRoute(method: Route['method'], summary: string, permission: Permission): Route {
  return defineRoute({
    method,
    path: '/api/*',
    summary,
    access: { scheme: 'administrator', permission },
    params: Type.Object({ '*': Type.String({ examples: examplesOf(method) }) }),
    handle: async ({ params }) => answerOutside(method, params['*']),
  })
}

/** Searches are sent by POST and change nothing. */
function searchRoute(): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/search/*',
    summary: 'Search what JumpCloud has and the hub has not: nothing is found',
    access: { scheme: 'administrator', permission: 'inventory.read' },
    params: Type.Object({ '*': Type.String({ examples: ['commands', 'commandresults'] }) }),
    handle: async ({ params }) => answerOutside('POST', `search/${params['*']}`),
  })
}

/** Answers an operation by its path below `/api/`. */
function answerOutside(method: string, rest: string): RouteReply {
  const segments = rest.toLowerCase().replace(/\/$/, '').split('/')
  const operation = find(method, segments)
  if (operation === undefined) throw new AppError('route_not_found', { field: 'path' })
  const { answer } = operation
  if (answer === 'missing') throw new AppError('not_found', { field: 'path' })
  if (method !== 'GET' && answer === undefined)
    throw new AppError('not_implemented', {
      detail: 'Not Implemented: the hub does not have what this would change. See docs/jumpcloud-api.md.',
    })
  if (answer === undefined) throw new AppError('not_found', { field: 'path' })
  // An empty list of something that the hub has would be a lie.
  if (answer === 'unserved')
    throw new AppError('not_implemented', { detail: 'Not Implemented: the hub does not answer this.' })
  return {
    text: { contentType: 'application/json; charset=utf-8', content: answer },
    ...(segments[0] === 'v2' ? { headers: { 'x-total-count': '0' } } : {}),
  }
}

function find(method: string, segments: readonly string[]): Operation | undefined {
  const fitting = (operations.get(`${method} ${segments.length}`) ?? []).filter((operation) =>
    operation.segments.every((segment, index) => isParameter(segment) || segment === segments[index]),
  )
  // A fixed word is meant rather than an id.
  const parameters = (operation: Operation): number => operation.segments.filter(isParameter).length
  return fitting.toSorted((a, b) => parameters(a) - parameters(b))[0]
}
