import Type from 'typebox'
import { openApiDocument } from '../../platform/http/openapi.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'

type Version = 'v1' | 'v2'
const paths = { v1: '/api/openapi.json', v2: '/api/v2/openapi.json' } as const

/** The OpenAPI document of one version: the routes of the other, and what answers for all that the hub has not, are left out. */
export function jumpCloudDocument(routes: readonly Route[], version: Version, productVersion: string): object {
  const own = routes.filter(({ path }) => !path.includes('*') && path.startsWith('/api/v2/') === (version === 'v2'))
  return openApiDocument({ routes: own }, { title: `Lockstep: JumpCloud ${version}`, version: productVersion })
}

/** Serves the documents of both versions. */
export function openApiRoutes(routes: readonly Route[], productVersion: string): readonly Route[] {
  return (['v1', 'v2'] as const).map((version) => {
    let document: object | undefined
    return defineRoute({
      method: 'GET',
      path: paths[version],
      summary: 'The description of this version',
      access: { scheme: 'public' },
      reply: { status: 200, schema: Type.Object({}) },
      async handle() {
        document ??= jumpCloudDocument(routes, version, productVersion)
        return { body: document }
      },
    })
  })
}
