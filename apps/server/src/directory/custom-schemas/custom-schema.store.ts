import type { Queryable } from '../../platform/db/database.ts'
import type { CustomSchema, CustomType, Declared } from './custom-schema.rules.ts'

const times = 'from_file as "fromFile", created, updated'

/** All that is declared, in the order in which it was. */
export async function load(db: Queryable): Promise<Declared> {
  const schemas = await db.query<CustomSchema>({
    name: 'custom-schemas-list',
    text: `select id as key, urn as id, name, description, extends, attributes, ${times} from custom_schemas order by id limit 100`,
  })
  const types = await db.query<CustomType>({
    name: 'custom-types-list',
    text: `select id as key, name, endpoint, description, schema_urn as schema, extensions as "schemaExtensions", ${times}
      from custom_types order by id limit 100`,
  })
  return { schemas, types }
}

/** Nobody else declares anything until the transaction ends. */
export async function lock(db: Queryable): Promise<void> {
  await db.execute({ text: 'lock table custom_schemas, custom_types in share row exclusive mode' })
}

export async function saveSchema(db: Queryable, schema: CustomSchema): Promise<void> {
  const { key, id, name, description, attributes, fromFile, created, updated } = schema
  await db.execute({
    name: 'custom-schemas-save',
    text: `insert into custom_schemas (id, urn, name, description, extends, attributes, from_file, created, updated)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (id) do update set name = excluded.name, description = excluded.description, extends = excluded.extends,
        attributes = excluded.attributes, from_file = excluded.from_file, updated = excluded.updated`,
    values: [key, id, name, description, schema.extends, JSON.stringify(attributes), fromFile, created, updated],
  })
}

export async function saveType(db: Queryable, type: CustomType): Promise<void> {
  const { key, name, endpoint, description, schema, schemaExtensions, fromFile, created, updated } = type
  await db.execute({
    name: 'custom-types-save',
    text: `insert into custom_types (id, name, endpoint, description, schema_urn, extensions, from_file, created, updated)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (id) do update set description = excluded.description, extensions = excluded.extensions,
        from_file = excluded.from_file, updated = excluded.updated`,
    values: [
      ...[key, name, endpoint, description, schema],
      JSON.stringify(schemaExtensions),
      fromFile,
      created,
      updated,
    ],
  })
}

export async function removeSchema(db: Queryable, key: string): Promise<void> {
  await db.execute({ name: 'custom-schemas-remove', text: 'delete from custom_schemas where id = $1', values: [key] })
}

export async function removeType(db: Queryable, key: string): Promise<void> {
  await db.execute({ name: 'custom-types-remove', text: 'delete from custom_types where id = $1', values: [key] })
}
