// Values of declared attributes as administrators see and set them. The rules are those that clients meet, but for one: what is read-only to
// clients, administrators set.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { DeclaredValuesUpdate } from '@lockstep/contract/hub/declared-values'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { CustomSchema, Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import type { CustomSchemaService } from '../../directory/custom-schemas/custom-schema.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { holdsWritten } from './client-parts.ts'
import { profileOf } from './client-profile.ts'
import { withDeclared } from './declared-types.ts'
import { requireSize, sealed } from './declared-values.ts'
import { groupType } from './group-schemas.ts'
import { requireAttributes } from './read-resource.ts'
import { readValue } from './read-value.ts'
import type { Attribute, ResourceType, Schema } from './schema.ts'
import { userType } from './user-schemas.ts'

/** What a user or group has of the schemas that extend it. */
export interface HeldValues {
  readonly revision: number
  readonly schemas: readonly {
    readonly schema: CustomSchema
    /** Without what is never returned. */
    readonly values: JsonObject
    /** The attributes with a value that is never returned. */
    readonly secrets: readonly string[]
  }[]
}

/** Refusals are AppErrors, with `values.NAME` as the field. */
export interface DeclaredValueTools {
  ofUser(actor: Actor, id: string): Promise<HeldValues>
  ofGroup(actor: Actor, id: string): Promise<HeldValues>
  setOfUser(origin: ChangeOrigin, id: string, update: DeclaredValuesUpdate): Promise<HeldValues>
  setOfGroup(origin: ChangeOrigin, id: string, update: DeclaredValuesUpdate): Promise<HeldValues>
}

export interface DeclaredValueOptions {
  readonly users: Pick<UserService, 'get' | 'change'>
  readonly groups: Pick<GroupService, 'get' | 'change'>
  readonly customSchemas: Pick<CustomSchemaService, 'current' | 'seal'>
}

/** Who has values. */
interface Holder {
  readonly revision: number
  readonly further?: JsonObject | null
}

interface Kind {
  readonly type: ResourceType
  readonly get: (actor: Actor, id: string) => Promise<Holder>
  readonly change: (
    origin: ChangeOrigin,
    id: string,
    change: { readonly further: JsonObject | null; readonly revision: number },
  ) => Promise<Holder>
}

const attempts = 20

export function createDeclaredValueTools(options: DeclaredValueOptions): DeclaredValueTools {
  const { users, groups, customSchemas } = options
  const user: Kind = {
    type: userType,
    get: (actor, id) => users.get(actor, id),
    change: (origin, id, { further, revision }) => users.change(origin, id, { input: {}, set: { further }, revision }),
  }
  const group: Kind = {
    type: groupType,
    get: (actor, id) => groups.get(actor, id),
    change: (origin, id, { further, revision }) => groups.change(origin, id, { input: { further }, revision }),
  }
  const of = async ({ type, get }: Kind, actor: Actor, id: string): Promise<HeldValues> =>
    held(type, await get(actor, id), await customSchemas.current())
  const set = async (
    kind: Kind,
    origin: ChangeOrigin,
    id: string,
    update: DeclaredValuesUpdate,
  ): Promise<HeldValues> => {
    const declared = await customSchemas.current()
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const present = await kind.get(origin.actor, id)
      if (update.revision !== undefined && update.revision !== present.revision) throw new AppError('revision_changed')
      const further = await changedFurther({ type: kind.type, declared, seal: customSchemas.seal }, present, update)
      try {
        return held(kind.type, await kind.change(origin, id, { further, revision: present.revision }), declared)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code !== 'revision_changed') throw placed(error, declared, update)
      }
    }
    throw new AppError('revision_changed')
  }
  return {
    ofUser: (actor, id) => of(user, actor, id),
    ofGroup: (actor, id) => of(group, actor, id),
    setOfUser: (origin, id, update) => set(user, origin, id, update),
    setOfGroup: (origin, id, update) => set(group, origin, id, update),
  }
}

function held({ name }: ResourceType, { revision, further }: Holder, { schemas }: Declared): HeldValues {
  const { values: all } = readFurther(further)
  const own = schemas.filter((schema) => schema.extends.some((each) => each === name))
  return {
    revision,
    schemas: own.map((schema) => {
      const kept = all[schema.id]
      const present = Object.entries(isJsonObject(kept) ? kept : {})
      const secret = new Set(schema.attributes.filter(({ returned }) => returned === 'never').map((one) => one.name))
      return {
        schema,
        values: Object.fromEntries(present.filter(([each]) => !secret.has(each))),
        secrets: present.flatMap(([each]) => (secret.has(each) ? [each] : [])),
      }
    }),
  }
}

interface Changing extends Pick<CustomSchemaService, 'seal'> {
  readonly type: ResourceType
  readonly declared: Declared
}

/** What is kept once the named attributes of one schema are as asked. */
async function changedFurther(
  { type, declared, seal }: Changing,
  { further }: Holder,
  { schema: urn, values }: DeclaredValuesUpdate,
): Promise<JsonObject | null> {
  const { extensions } = withDeclared(type, declared)
  const own = extensions.map(({ schema }) => schema).filter(({ id }) => declared.schemas.some((one) => one.id === id))
  const schema = own.find(({ id }) => id === urn)
  if (schema === undefined)
    throw new AppError('invalid_request', {
      field: 'schema',
      detail: `schema: "${urn.slice(0, 100)}" is not declared for ${type.name.toLowerCase()}s.`,
    })
  const kept = readFurther(further)
  const present = kept.values[urn]
  const next = changedValues(schema, isJsonObject(present) ? present : {}, values as JsonObject)
  const { [urn]: _before, ...others } = kept.values
  const whole = Object.keys(next).length === 0 ? others : { ...others, [urn]: next }
  const core: Schema = { ...type.schema, attributes: [] }
  const ready = await sealed({ schemas: [schema], core, seal }, whole, kept.values)
  requireSize(own, core, ready)
  return toFurther({ ...kept, values: ready })
}

/** The values of one schema with the named ones changed; refuses what its attributes do not take. */
function changedValues({ attributes, id }: Schema, present: JsonObject, values: JsonObject): JsonObject {
  const next: Record<string, Json> = { ...present }
  for (const [name, value] of Object.entries(values)) {
    const attribute = attributes.find((one) => one.name === name)
    if (attribute === undefined) throw refusalAt(name, `"${id}" has no "${name.slice(0, 60)}".`)
    const was = next[name]
    const is = placing(name, () => taken(attribute, value))
    const fixed = fixedPart(attribute, was, is)
    if (fixed !== undefined) throw refusalAt(name, `"${fixed}" is immutable and cannot change any more.`)
    if (is === undefined) delete next[name]
    else next[name] = is
  }
  const missing = attributes.find(({ name, required }) => required && next[name] === undefined)
  if (missing !== undefined && holdsWritten(attributes, next))
    throw refusalAt(missing.name, `"${missing.name}" is required beside the others.`)
  return next
}

/** The value as it is kept. */
function taken(attribute: Attribute, value: Json): Json | undefined {
  const read = readValue(settable(attribute), value, profileOf('strict'))
  const alone = { ...userType, schema: { ...userType.schema, attributes: [attribute] }, extensions: [] }
  if (read !== undefined) requireAttributes(alone, { [attribute.name]: read })
  return read
}

/** As it is to those who may set what clients only read. */
function settable(attribute: Attribute): Attribute {
  const { mutability, subAttributes } = attribute
  return {
    ...attribute,
    ...(mutability === 'readOnly' ? { mutability: 'readWrite' } : {}),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(settable) }),
  }
}

/** The name of what was set for good and would be another; elements of lists come and go as a whole. */
function fixedPart(
  { name, mutability, subAttributes = [] }: Attribute,
  was: Json | undefined,
  is: Json | undefined,
): string | undefined {
  if (was === undefined || canonicalJson(was) === canonicalJson(is ?? null)) return undefined
  if (mutability === 'immutable') return name
  if (!isJsonObject(was)) return undefined
  const after = isJsonObject(is) ? is : {}
  return subAttributes.find((sub) => fixedPart(sub, was[sub.name], after[sub.name]) !== undefined)?.name
}

function refusalAt(name: string, detail: string): AppError {
  return new AppError('invalid_request', { field: `values.${name}`, detail: `values.${name}: ${detail}` })
}

/** What the protocol refuses, at the attribute that it is about. */
function placing<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof AppError ? refusalAt(name, error.message) : error
  }
}

/** What the directory refuses, at the attribute that it is about where that is known. */
function placed(error: AppError, declared: Declared, { schema: urn, values }: DeclaredValuesUpdate): AppError {
  const schema = declared.schemas.find(({ id }) => id === urn)
  if (error.code === 'attribute_value_taken') {
    const unique = (schema?.attributes ?? []).filter(({ name, uniqueness }) => uniqueness !== 'none' && name in values)
    const names = unique.map(({ name }) => `"${name}"`).join(' or ')
    const field = unique.length === 1 ? `values.${unique[0]?.name ?? ''}` : 'values'
    return new AppError(error.code, {
      field,
      detail: `${field}: the value of ${names} is taken already, and has to be unique.`,
    })
  }
  const name = error.field?.startsWith(`${urn}:`) === true ? error.field.slice(urn.length + 1) : undefined
  if (name === undefined) return error
  const detail = error.message.replace(`${urn}:${name}: `, `values.${name}: `)
  return new AppError(error.code, { field: `values.${name}`, detail })
}
