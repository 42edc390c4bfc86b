// The OpenAPI document of our own API as the repository keeps it: from the routes themselves, whose handlers are never called.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHubGateway, type HubGatewayOptions } from '../apps/server/src/gateways/hub/hub-gateway.ts'
import { createSessionsGateway } from '../apps/server/src/gateways/sessions/sessions-gateway.ts'
import { openApiDocument } from '../apps/server/src/platform/http/openapi.ts'

const root = join(import.meta.dirname, '..')

/** Where the document is committed. */
export const hubDocumentFile = join(root, 'openapi', 'hub-v1.json')

export interface OpenApiOperation {
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly 'x-permission'?: string
  readonly security?: readonly object[]
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
}

/** The document as it stands in the repository. */
export async function readCommittedDocument(): Promise<unknown> {
  return JSON.parse(await readFile(hubDocumentFile, 'utf8'))
}

/** The document as the routes describe it. */
export async function hubDocument(): Promise<OpenApiDocument> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  // Gateways make their routes without calling a service, so one that holds nothing stands for all of them.
  const nothing: object = new Proxy({}, { get: () => nothing })
  const services = new Proxy({}, { get: (_, name) => (name === 'extraRoutes' ? [] : nothing) })
  const sessions = createSessionsGateway({ access: nothing as never, servesTls: false, clock: nothing as never })
  const hub = createHubGateway(services as HubGatewayOptions)
  const gateway = { ...hub, routes: [...sessions.routes, ...hub.routes] }
  const document = openApiDocument(gateway, { title: 'Lockstep', version })
  return JSON.parse(JSON.stringify(document)) as OpenApiDocument
}
