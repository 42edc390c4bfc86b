// The OpenAPI documents of JumpCloud's interface as the hub serves it, a document a version, from the routes themselves.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AdministrationOptions,
  administrationRoutes,
} from '../apps/server/src/gateways/jumpcloud/administration-routes.ts'
import {
  createJumpCloudGateway,
  type JumpCloudGatewayOptions,
} from '../apps/server/src/gateways/jumpcloud/jumpcloud-gateway.ts'
import type { Route } from '../apps/server/src/platform/http/route.ts'
import { jumpCloudDocument } from '../apps/server/src/gateways/jumpcloud/openapi-documents.ts'
import type { OpenApiDocument } from './hub-document.ts'
import { type ReferenceVersion } from './reference.ts'

const root = join(import.meta.dirname, '..')

/** Where the document of a version is committed. */
export function jumpCloudDocumentFile(version: ReferenceVersion): string {
  return join(root, 'openapi', `jumpcloud-${version}.json`)
}

/** Every route under /api. The handlers are never called, so one service that holds nothing stands for all. */
export function jumpCloudRoutes(): readonly Route[] {
  const nothing: object = new Proxy({}, { get: () => nothing })
  const administration = administrationRoutes(nothing as AdministrationOptions)
  const options = new Proxy({}, { get: (_, name) => (name === 'administration' ? administration : nothing) })
  return createJumpCloudGateway(options as JumpCloudGatewayOptions).routes
}

/** The document of a version as the routes describe it. */
export async function jumpCloudDocumentOf(version: ReferenceVersion): Promise<OpenApiDocument> {
  const facts = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const document = jumpCloudDocument(jumpCloudRoutes(), version, facts.version)
  return JSON.parse(JSON.stringify(document)) as OpenApiDocument
}

/** The document as it stands in the repository. */
export async function readJumpCloudDocument(version: ReferenceVersion): Promise<unknown> {
  return JSON.parse(await readFile(jumpCloudDocumentFile(version), 'utf8'))
}
