// What a single declaration makes of all that is declared, and how it is written and told.
import { accept, AppError, type Refusal } from '@lockstep/contract/app-error'
import { canonicalJson, type Json } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import type { FieldChanges, JournalDraft } from '../journal/journal.rules.ts'
import { uniqueCountFault } from './attribute-place.rules.ts'
import { type CustomSchema, type CustomType, type Declared, schemaFault, typeFault } from './custom-schema.rules.ts'
import * as store from './custom-schema.store.ts'
import { schemaChangeFault, typeChangeFault } from './schema-change.rules.ts'

/** What a declaration makes of all that is declared. */
export interface Step {
  readonly next: Declared
  readonly write: (transaction: Queryable) => Promise<void>
  readonly draft: JournalDraft
  /** The type that goes, with its resources. */
  readonly removedType?: CustomType
}

function refuse(fault: Refusal | undefined): void {
  if (fault !== undefined) accept(fault)
}

function over<T extends { readonly key: string }>(all: readonly T[], one: T): readonly T[] {
  return [...all.filter(({ key }) => key !== one.key), one]
}

/** The schema among the others; undefined when nothing of it changes. */
export function schemaStep(
  declared: Declared,
  before: CustomSchema | undefined,
  schema: CustomSchema,
): Step | undefined {
  const changes = changesOf(before && schemaFields(before), schemaFields(schema))
  if (Object.keys(changes).length === 0) return undefined
  refuse(schemaFault(schema, declared))
  if (before !== undefined) refuse(schemaChangeFault(before, schema))
  const next = { ...declared, schemas: over(declared.schemas, schema) }
  refuse(uniqueCountFault(next))
  const action = before === undefined ? 'custom_schema.create' : 'custom_schema.update'
  const draft = draftOf(action, { key: schema.key, name: schema.id }, changes)
  return { next, draft, write: (transaction) => store.saveSchema(transaction, schema) }
}

export function schemaRemoval(declared: Declared, schema: CustomSchema): Step {
  const user = declared.types.find((type) =>
    [type.schema, ...type.schemaExtensions.map((one) => one.schema)].includes(schema.id),
  )
  if (user !== undefined)
    throw new AppError('custom_schema_in_use', {
      field: 'id',
      detail: `The type "${user.name}" uses "${schema.id}". Delete the type, or take the extension out of it, first.`,
    })
  const changes = changesOf(schemaFields(schema), {})
  return {
    next: { ...declared, schemas: declared.schemas.filter(({ key }) => key !== schema.key) },
    draft: draftOf('custom_schema.delete', { key: schema.key, name: schema.id }, changes),
    write: (transaction) => store.removeSchema(transaction, schema.key),
  }
}

export function typeStep(declared: Declared, before: CustomType | undefined, type: CustomType): Step | undefined {
  const changes = changesOf(before && typeFields(before), typeFields(type))
  if (Object.keys(changes).length === 0) return undefined
  refuse(typeFault(type, declared))
  if (before !== undefined) refuse(typeChangeFault(before, type))
  const next = { ...declared, types: over(declared.types, type) }
  refuse(uniqueCountFault(next))
  const action = before === undefined ? 'custom_type.create' : 'custom_type.update'
  return { next, draft: draftOf(action, type, changes), write: (transaction) => store.saveType(transaction, type) }
}

export function typeRemoval(declared: Declared, type: CustomType): Step {
  return {
    next: { ...declared, types: declared.types.filter(({ key }) => key !== type.key) },
    draft: draftOf('custom_type.delete', type, changesOf(typeFields(type), {})),
    write: (transaction) => store.removeType(transaction, type.key),
    removedType: type,
  }
}

type Fields = Readonly<Record<string, Json>>

function schemaFields({ id, name, description, extends: types, attributes, fromFile }: CustomSchema): Fields {
  return { id, name, description, extends: types, attributes: attributes as unknown as Json, fromFile }
}

function typeFields({ name, description, endpoint, schema, schemaExtensions, fromFile }: CustomType): Fields {
  return {
    name,
    description,
    endpoint,
    schema,
    schemaExtensions: schemaExtensions.map((one) => ({ ...one })),
    fromFile,
  }
}

function changesOf(before: Fields | undefined, after: Fields): FieldChanges {
  const changes: Record<string, FieldChanges[string]> = {}
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    const [was, is] = [before?.[field], after[field]]
    if (canonicalJson(was ?? null) === canonicalJson(is ?? null)) continue
    changes[field] = { ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
  }
  return changes
}

function draftOf(
  action: string,
  { key, name }: { readonly key: string; readonly name: string },
  changes: FieldChanges,
): JournalDraft {
  return { action, subjectKind: 'custom_schema', subjectId: key, subject: name, changes }
}
