import { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import { DirectoryPath, DirectoryPreview } from '@lockstep/contract/hub/directory-change'
import { ContainerPreview, ContainerPreviewRequest } from '@lockstep/contract/hub/directory-container'
import { IdParams } from '@lockstep/contract/hub/page'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { DirectoryChangeService } from '../../processes/ad/directory-change.service.ts'

/** What this gateway shows of changes of directories before they are made. */
export type DirectoryChanges = DirectoryChangeService

/** What changing, disconnecting and leaving a directory means; none of these changes anything. */
export function directoryChangeRoutes(changes: DirectoryChanges): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/preview',
      summary: 'Say what a change of the settings of a directory would do, step by step',
      access,
      params: IdParams,
      body: DirectoryUpdate,
      reply: { status: 200, schema: DirectoryPreview },
      handle: async ({ actor, params, body }) => ({ body: await changes.preview(actor, params.id, body) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/containers/preview',
      summary: 'Say in which containers accounts would be made, or to which they would be moved',
      access,
      params: IdParams,
      body: ContainerPreviewRequest,
      reply: { status: 200, schema: ContainerPreview },
      handle: async ({ actor, params, body }) => ({ body: await changes.containers(actor, params.id, body) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/disconnection',
      summary: 'Say what disconnecting a directory would do',
      access,
      params: IdParams,
      reply: { status: 200, schema: DirectoryPath },
      handle: async ({ actor, params }) => ({ body: await changes.disconnection(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/migration',
      summary: 'List the steps from a directory to the hub alone, with what is done',
      access,
      params: IdParams,
      reply: { status: 200, schema: DirectoryPath },
      handle: async ({ actor, params }) => ({ body: await changes.migration(actor, params.id) }),
    }),
  ]
}
