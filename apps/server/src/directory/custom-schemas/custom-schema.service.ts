// What administrators declare: schemas that extend users, groups and types of their own, as their use cases see it.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type {
  CustomSchemaCreate,
  CustomSchemaFile,
  CustomSchemaUpdate,
  CustomTypeCreate,
  CustomTypeUpdate,
} from '@lockstep/contract/hub/custom-schema'
import { newId } from '@lockstep/kernel/ids'
import type { Vault } from '../../platform/crypto/vault.ts'
import { requirePermission, systemActor } from '../access/access.rules.ts'
import { ShortLivedCache } from '../access/short-lived-cache.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { placeChanges, uniqueValuesOf } from './attribute-place.rules.ts'
import { countByType } from './custom-resource.store.ts'
import {
  type CustomSchema,
  type CustomType,
  type DeclarationFacts,
  type Declared,
  toSchema,
  toType,
} from './custom-schema.rules.ts'
import * as store from './custom-schema.store.ts'
import { schemaRemoval, schemaStep, type Step, typeRemoval, typeStep } from './declaration-step.ts'
import { declare, type DeclareOptions, isSame, type Wish } from './declare.ts'
import { applyFile } from './schema-file.ts'
import { addIndex, listIndexes } from './unique-value.store.ts'
import { countValues } from './value-count.store.ts'

/** A declared type with the number of its resources. */
export interface CountedType extends CustomType {
  readonly resources: number
}

/** How many hold a value of an attribute. */
export interface ValueCount {
  /** `User`, `Group`, or the name of a declared type. */
  readonly holder: string
  readonly attribute: string
  readonly values: number
}

/** Refusals are AppErrors. */
export interface CustomSchemaService {
  /** All that is declared, as it was a few seconds ago at most. The same object as long as nothing changes. */
  current(): Promise<Declared>
  schemas(actor: Actor): Promise<readonly CustomSchema[]>
  /** How many hold a value of each attribute of a schema. */
  countValues(actor: Actor, key: string): Promise<readonly ValueCount[]>
  types(actor: Actor): Promise<readonly CountedType[]>
  declareSchema(origin: ChangeOrigin, input: CustomSchemaCreate): Promise<CustomSchema>
  changeSchema(origin: ChangeOrigin, key: string, input: CustomSchemaUpdate): Promise<CustomSchema>
  removeSchema(origin: ChangeOrigin, key: string, discardValues?: number): Promise<void>
  declareType(origin: ChangeOrigin, input: CustomTypeCreate): Promise<CountedType>
  changeType(origin: ChangeOrigin, key: string, input: CustomTypeUpdate): Promise<CountedType>
  removeType(origin: ChangeOrigin, key: string, discardResources?: number): Promise<void>
  /** Declares what the file says, and frees what it said before and does not say any more. */
  applyFile(file: CustomSchemaFile): Promise<void>
  /** A secret value as it is kept. */
  seal(urn: string, attribute: string, value: string): Promise<string>
  /** Makes the indexes of unique values that are missing, as after a restore. */
  verifyIndexes(): Promise<void>
  /** Forgets what is kept; called when another process declared something. */
  forget(): void
}

export interface CustomSchemaOptions extends DeclareOptions {
  readonly vault: Pick<Vault, 'seal'>
}

const maxAgeMs = 5_000

export function createCustomSchemas(options: CustomSchemaOptions): CustomSchemaService {
  const { database, clock, vault } = options
  const cache = new ShortLivedCache<Declared>({ clock, maxAgeMs })
  let latest: Declared = { schemas: [], types: [] }
  const load = async (): Promise<Declared> => {
    const loaded = await store.load(database)
    if (!isSame(loaded, latest)) latest = loaded
    return latest
  }
  const work: Work = {
    ...options,
    run: (origin, wish) => declare(options, origin, wish).finally(() => cache.drop()),
    facts(fromFile) {
      const now = clock.now()
      return { key: newId(now.getTime()), fromFile, created: now, updated: now }
    },
  }
  return {
    current: async () => (await cache.get('', load)) ?? latest,
    async schemas(actor) {
      requirePermission(actor, 'integrations.read')
      return (await store.load(database)).schemas
    },
    async countValues(actor, key) {
      requirePermission(actor, 'integrations.read')
      const declared = await store.load(database)
      const { id } = found(declared.schemas, key)
      const without = { ...declared, schemas: declared.schemas.filter((one) => one.id !== id) }
      // A number tells nothing about anybody: whoever may read the schema may know it.
      const counts = await countValues(database, placeChanges(declared, without).removed)
      return [...counts].map(([place, values]) => ({
        holder: place.ownerName,
        attribute: place.attribute.name,
        values,
      }))
    },
    ...schemaChanges(work),
    ...typeChanges(work),
    applyFile(file) {
      const origin: ChangeOrigin = { actor: systemActor('configuration file'), cause: { kind: 'set_up' } }
      const run = (wish: Wish): Promise<void> => work.run(origin, wish)
      return applyFile(file, { facts: work.facts, now: () => clock.now(), run, load: () => store.load(database) })
    },
    seal: (urn, attribute, value) => vault.seal(`custom-schemas/${urn}/${attribute}`, Buffer.from(value)),
    async verifyIndexes() {
      await database.transaction(async (transaction) => {
        await store.lock(transaction)
        const there = await listIndexes(transaction)
        for (const unique of uniqueValuesOf(await store.load(transaction)))
          if (!there.has(unique.index)) await addIndex(transaction, unique)
      })
    },
    forget: () => cache.drop(),
  }
}

interface Work extends Pick<CustomSchemaOptions, 'database' | 'clock'> {
  readonly run: (origin: ChangeOrigin, wish: Wish) => Promise<void>
  readonly facts: (fromFile: boolean) => DeclarationFacts
}

function schemaChanges({
  database,
  clock,
  run,
  facts,
}: Work): Pick<CustomSchemaService, 'declareSchema' | 'changeSchema' | 'removeSchema'> {
  return {
    async declareSchema(origin, input) {
      const schema = toSchema(input, facts(false))
      await run(origin, { decide: (declared) => schemaStep(declared, undefined, schema) })
      return schema
    },
    async changeSchema(origin, key, { discardValues: discard, ...input }) {
      const decide = (declared: Declared): Step | undefined => {
        const before = changeable(found(declared.schemas, key))
        const sent = { name: before.name, description: before.description, extends: [...before.extends], ...input }
        const wanted = toSchema({ ...sent, id: before.id }, { ...before, updated: clock.now() })
        return schemaStep(declared, before, wanted)
      }
      await run(origin, { decide, discard })
      return found((await store.load(database)).schemas, key)
    },
    async removeSchema(origin, key, discard) {
      const decide = (declared: Declared): Step => schemaRemoval(declared, changeable(found(declared.schemas, key)))
      await run(origin, { decide, discard })
    },
  }
}

function typeChanges({
  database,
  clock,
  run,
  facts,
}: Work): Pick<CustomSchemaService, 'types' | 'declareType' | 'changeType' | 'removeType'> {
  const counted = async (): Promise<readonly CountedType[]> => {
    const [{ types }, counts] = await Promise.all([store.load(database), countByType(database)])
    return types.map((type) => ({ ...type, resources: counts.get(type.key) ?? 0 }))
  }
  return {
    async types(actor) {
      requirePermission(actor, 'integrations.read')
      return counted()
    },
    async declareType(origin, input) {
      const type = toType(input, facts(false))
      await run(origin, { decide: (declared) => typeStep(declared, undefined, type) })
      return { ...type, resources: 0 }
    },
    async changeType(origin, key, { discardValues: discard, ...input }) {
      const decide = (declared: Declared): Step | undefined => {
        const before = changeable(found(declared.types, key))
        const wanted = toType({ ...toTypeInput(before), ...input }, { ...before, updated: clock.now() })
        return typeStep(declared, before, wanted)
      }
      await run(origin, { decide, discard })
      return found(await counted(), key)
    },
    async removeType(origin, key, discard) {
      const decide = (declared: Declared): Step => typeRemoval(declared, changeable(found(declared.types, key)))
      await run(origin, { decide, discard })
    },
  }
}

function found<T extends { readonly key: string }>(all: readonly T[], key: string): T {
  const one = all.find((candidate) => candidate.key === key)
  if (one === undefined) throw new AppError('not_found', { field: 'id' })
  return one
}

function changeable<T extends { readonly fromFile: boolean }>(one: T): T {
  if (one.fromFile) throw new AppError('custom_schema_from_file', { field: 'id' })
  return one
}

function toTypeInput({ name, description, endpoint, schema, schemaExtensions }: CustomType): CustomTypeCreate {
  return { name, description, endpoint, schema, schemaExtensions: [...schemaExtensions] }
}
