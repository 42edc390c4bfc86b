// `x-org-id` names the organization that a request is for. One hub is one organization: naming it is naming nothing, and naming another
// one finds none. Clients that were generated send the header empty, which counts as absent.
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import type { Route } from '../../platform/http/route.ts'

/** JumpCloud lists organizations for administrators of several, who cannot choose one beforehand. */
const takesNone = /^\/api\/organizations(?:$|\/)/

/** A route that looks at `x-org-id` first: 400 when it is no id, 404 when it is another organization's, 403 where none is taken. */
export function forOrganization(route: Route, organizationId: string): Route {
  if (route.access.scheme === 'public') return route
  return {
    ...route,
    handle: async (request) => {
      requireOrganization(request.headers['x-org-id'], { path: route.path, organizationId })
      return route.handle(request)
    },
  }
}

function requireOrganization(
  header: string | readonly string[] | undefined,
  { path, organizationId }: { readonly path: string; readonly organizationId: string },
): void {
  const text = typeof header === 'string' ? header.trim() : ''
  if (text === '' && (header === undefined || typeof header === 'string')) return
  if (takesNone.test(path)) throw new AppError('organization_forbidden', { field: 'x-org-id' })
  const id = parseId(text)
  if (id === undefined)
    throw new AppError('invalid_request', {
      field: 'x-org-id',
      detail: 'Bad Request: x-org-id must be an id of 24 hexadecimal digits.',
    })
  if (id !== organizationId) throw new AppError('not_found', { field: 'x-org-id', detail: 'Not Found: organization' })
}
