import type { Actor } from '@lockstep/contract/access'
import { DeclaredValues, DeclaredValuesUpdate } from '@lockstep/contract/hub/declared-values'
import { IdParams } from '@lockstep/contract/hub/page'
import type { JsonObject } from '@lockstep/kernel/json'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { CustomSchema } from '../../directory/custom-schemas/custom-schema.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { renderCustomAttributes } from './render-custom-attributes.ts'

interface HeldValues {
  readonly revision: number
  readonly schemas: readonly {
    readonly schema: CustomSchema
    readonly values: JsonObject
    readonly secrets: readonly string[]
  }[]
}

type Read = (actor: Actor, id: string) => Promise<HeldValues>
type Write = (origin: ChangeOrigin, id: string, update: DeclaredValuesUpdate) => Promise<HeldValues>

export interface DeclaredValueRouteOptions {
  readonly declaredValues: {
    readonly ofUser: Read
    readonly ofGroup: Read
    readonly setOfUser: Write
    readonly setOfGroup: Write
  }
}

/** What users and groups have of the attributes that administrators declared. */
export function declaredValueRoutes({ declaredValues }: DeclaredValueRouteOptions): readonly Route[] {
  const { ofUser, ofGroup, setOfUser, setOfGroup } = declaredValues
  return [
    ...routesOf({ noun: 'user', read: ofUser, write: setOfUser }),
    ...routesOf({ noun: 'group', read: ofGroup, write: setOfGroup }),
  ]
}

function routesOf({
  noun,
  read,
  write,
}: {
  readonly noun: 'user' | 'group'
  readonly read: Read
  readonly write: Write
}): readonly Route[] {
  const path = `/hub/v1/${noun}s/:id/declared-values`
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: `List the declared schemas of ${noun}s with the values of one; those that are never returned are left out`,
      access: { scheme: 'administrator', permission: `${noun}s.read` },
      params: IdParams,
      reply: { status: 200, schema: DeclaredValues },
      handle: async ({ actor, params }) => ({ body: render(await read(actor, params.id)) }),
    }),
    defineRoute({
      method: 'PATCH',
      path,
      summary: `Set declared values of a ${noun}, also those that are read-only to SCIM; with revision, only if nobody changed the ${noun} since`,
      access: { scheme: 'administrator', permission: `${noun}s.write` },
      params: IdParams,
      body: DeclaredValuesUpdate,
      reply: { status: 200, schema: DeclaredValues },
      async handle(request) {
        // Whoever may not see the answer learns it before anything is changed.
        requirePermission(request.actor, `${noun}s.read`)
        return { body: render(await write(originOf(request), request.params.id, request.body)) }
      },
    }),
  ]
}

function render({ revision, schemas }: HeldValues): DeclaredValues {
  return {
    revision,
    schemas: schemas.map(({ schema: { id, name, description, attributes }, values, secrets }) => ({
      ...{ id, name, description, attributes: renderCustomAttributes(attributes) },
      values: { ...values },
      secrets: [...secrets],
    })),
  }
}
