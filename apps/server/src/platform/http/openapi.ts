import type { Gateway, Route } from './route.ts'

/** The OpenAPI 3.1 document of a gateway, from the same schemas that validate. */
export function openApiDocument(
  gateway: Pick<Gateway, 'routes'>,
  facts: { readonly title: string; readonly version: string },
): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of gateway.routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: facts.title, version: facts.version },
    components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } } },
    security: [{ apiKey: [] }],
    paths,
  }
}

function operation(route: Route): object {
  const status = String(route.reply?.status ?? 200)
  const schema = route.reply?.schema
  return {
    summary: route.summary,
    ...(route.access.scheme === 'public' ? { security: [] } : {}),
    ...(route.access.scheme === 'administrator' && route.access.permission
      ? { 'x-permission': route.access.permission }
      : {}),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      [status]: { description: 'Success', ...(schema ? { content: { 'application/json': { schema } } } : {}) },
      default: { description: 'A refusal, with its code and the field at fault' },
    },
  }
}

function parameters(schema: unknown, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, object>
    required?: string[]
  }
  return Object.entries(properties).map(([name, type]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: type,
  }))
}
