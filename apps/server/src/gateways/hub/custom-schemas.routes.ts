import {
  CustomSchemaCounts,
  CustomSchemaCreate,
  CustomSchemaRemoval,
  CustomSchemaRow,
  CustomSchemaUpdate,
  CustomTypeCreate,
  CustomTypeRemoval,
  CustomTypeRow,
  CustomTypeUpdate,
} from '@lockstep/contract/hub/custom-schema'
import { IdParams } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import type { CustomSchemaService } from '../../directory/custom-schemas/custom-schema.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { renderCustomAttributes } from './render-custom-attributes.ts'

export interface CustomSchemaRouteOptions {
  readonly customSchemas: Pick<
    CustomSchemaService,
    | ('schemas' | 'countValues' | 'declareSchema' | 'changeSchema' | 'removeSchema')
    | ('types' | 'declareType' | 'changeType' | 'removeType')
  >
}

const schemasPath = '/hub/v1/scim-schemas'
const typesPath = '/hub/v1/scim-resource-types'
const reading = { scheme: 'administrator', permission: 'integrations.read' } as const
const writing = { scheme: 'administrator', permission: 'integrations.write' } as const

/** Schemas and types of resources that administrators declare for SCIM. */
export function customSchemaRoutes({ customSchemas }: CustomSchemaRouteOptions): readonly Route[] {
  return [...schemaRoutes(customSchemas), ...typeRoutes(customSchemas)]
}

function schemaRoutes(customSchemas: CustomSchemaRouteOptions['customSchemas']): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: schemasPath,
      summary: 'List the declared schemas',
      access: reading,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(CustomSchemaRow) }) },
      handle: async ({ actor }) => ({ body: { items: (await customSchemas.schemas(actor)).map(renderSchema) } }),
    }),
    defineRoute({
      method: 'GET',
      path: `${schemasPath}/:id/value-counts`,
      summary: 'Say how many hold a value of each attribute of a declared schema: what its deletion would lose',
      access: reading,
      params: IdParams,
      reply: { status: 200, schema: CustomSchemaCounts },
      handle: async ({ actor, params }) => ({
        body: { items: [...(await customSchemas.countValues(actor, params.id))] },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: schemasPath,
      summary: 'Declare a schema that extends users or groups, or that declared types of resources are made of',
      access: writing,
      body: CustomSchemaCreate,
      reply: { status: 201, schema: CustomSchemaRow },
      handle: async (request) => ({
        status: 201,
        body: renderSchema(await customSchemas.declareSchema(originOf(request), request.body)),
      }),
    }),
    defineRoute({
      method: 'PUT',
      path: `${schemasPath}/:id`,
      summary: 'Change a declared schema: attributes come, rules become looser; what goes takes its values along',
      access: writing,
      params: IdParams,
      body: CustomSchemaUpdate,
      reply: { status: 200, schema: CustomSchemaRow },
      handle: async (request) => ({
        body: renderSchema(await customSchemas.changeSchema(originOf(request), request.params.id, request.body)),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${schemasPath}/:id`,
      summary: 'Delete a declared schema; with values only when their number is named',
      access: writing,
      params: IdParams,
      query: CustomSchemaRemoval,
      reply: { status: 204 },
      async handle(request) {
        await customSchemas.removeSchema(originOf(request), request.params.id, request.query.discardValues)
        return { status: 204 }
      },
    }),
  ]
}

function typeRoutes(customSchemas: CustomSchemaRouteOptions['customSchemas']): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: typesPath,
      summary: 'List the declared types of resources with the number of their resources',
      access: reading,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(CustomTypeRow) }) },
      handle: async ({ actor }) => ({ body: { items: (await customSchemas.types(actor)).map(renderType) } }),
    }),
    defineRoute({
      method: 'POST',
      path: typesPath,
      summary: 'Declare a type of resources, of schemas that are declared',
      access: writing,
      body: CustomTypeCreate,
      reply: { status: 201, schema: CustomTypeRow },
      handle: async (request) => ({
        status: 201,
        body: renderType(await customSchemas.declareType(originOf(request), request.body)),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path: `${typesPath}/:id`,
      summary: 'Change the description and the extensions of a declared type',
      access: writing,
      params: IdParams,
      body: CustomTypeUpdate,
      reply: { status: 200, schema: CustomTypeRow },
      handle: async (request) => ({
        body: renderType(await customSchemas.changeType(originOf(request), request.params.id, request.body)),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${typesPath}/:id`,
      summary: 'Delete a declared type; with resources only when their number is named',
      access: writing,
      params: IdParams,
      query: CustomTypeRemoval,
      reply: { status: 204 },
      async handle(request) {
        await customSchemas.removeType(originOf(request), request.params.id, request.query.discardResources)
        return { status: 204 }
      },
    }),
  ]
}

type Schema = Awaited<ReturnType<CustomSchemaService['schemas']>>[number]
type CountedType = Awaited<ReturnType<CustomSchemaService['types']>>[number]

function renderSchema({ created, updated, ...schema }: Schema): CustomSchemaRow {
  return {
    ...schema,
    extends: [...schema.extends],
    attributes: renderCustomAttributes(schema.attributes),
    created: created.toISOString(),
    updated: updated.toISOString(),
  }
}

function renderType({ created, updated, schemaExtensions, ...type }: CountedType): CustomTypeRow {
  return {
    ...type,
    schemaExtensions: schemaExtensions.map((one) => ({ ...one })),
    created: created.toISOString(),
    updated: updated.toISOString(),
  }
}
