// Carrying a declaration out. It is decided as a whole, on all that is declared; values that it leaves without an attribute are named by their
// number, or it is refused.
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { canonicalJson, type Json } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { placeChanges, uniqueValuesOf } from './attribute-place.rules.ts'
import type { Declared } from './custom-schema.rules.ts'
import * as store from './custom-schema.store.ts'
import type { Step } from './declaration-step.ts'
import { addIndex, removeIndex } from './unique-value.store.ts'
import { countValues } from './value-count.store.ts'
import { discardResources, discardValues, type ValueHolders } from './value-removal.ts'

export interface DeclareOptions extends ValueHolders {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Tells the other processes to forget. */
  readonly changed: () => void
}

export interface Wish {
  readonly decide: (declared: Declared) => Step | undefined
  /** The number of values or resources that may be lost. */
  readonly discard?: number | undefined
}

const attempts = 5

/** Whether the same is declared. */
export function isSame(left: Declared, right: Declared): boolean {
  return canonicalJson(toJson(left)) === canonicalJson(toJson(right))
}

function toJson(declared: Declared): Json {
  return JSON.parse(JSON.stringify(declared)) as Json
}

/** Decides on what is declared, takes away what is named, and declares; anew when somebody else declared something meanwhile. */
export async function declare(options: DeclareOptions, origin: ChangeOrigin, wish: Wish): Promise<void> {
  requirePermission(origin.actor, 'integrations.write')
  const { database, journal, changed } = options
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = await store.load(database)
    const step = wish.decide(before)
    if (step === undefined) return
    const places = placeChanges(before, step.next)
    await settleValues(options, origin, { step, places, discard: wish.discard })
    const isDone = await noLoss(() =>
      database.transaction(async (transaction) => {
        await store.lock(transaction)
        const now = await store.load(transaction)
        if (!isSame(now, before)) return false
        await step.write(transaction)
        await settleIndexes(transaction, before, step.next)
        await journal.record(transaction, origin, [step.draft])
        return true
      }),
    )
    if (!isDone) continue
    changed()
    return
  }
  throw new AppError('revision_changed')
}

/** Resources that came meanwhile keep their type. */
async function noLoss<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isForeignKeyViolation(error) ? new AppError('custom_schema_in_use', { field: 'discardResources' }) : error
  }
}

async function settleIndexes(transaction: Queryable, before: Declared, after: Declared): Promise<void> {
  const [was, is] = [uniqueValuesOf(before), uniqueValuesOf(after)]
  for (const { index } of was) if (!is.some((one) => one.index === index)) await removeIndex(transaction, index)
  for (const unique of is) if (!was.some(({ index }) => index === unique.index)) await addIndex(transaction, unique)
}

interface Settling {
  readonly step: Step
  readonly places: ReturnType<typeof placeChanges>
  readonly discard: number | undefined
}

/** Values that would be without an attribute are counted, and go when just their number was named. */
async function settleValues(
  holders: DeclareOptions,
  origin: ChangeOrigin,
  { step: { removedType }, places, discard }: Settling,
): Promise<void> {
  if (removedType !== undefined) {
    const count = await holders.resources.count(origin.actor, removedType.key, { all: [] })
    if (count > 0 && count !== discard)
      throw new AppError('custom_schema_in_use', {
        field: 'discardResources',
        detail: `There are ${count} resources of the type "${removedType.name}". Delete them first, or say discardResources: ${count}.`,
      })
    return discardResources(holders, origin, removedType)
  }
  for (const [place, count] of await countValues(holders.database, places.narrowed))
    if (count > 0)
      throw new AppError('custom_schema_incompatible', {
        field: 'attributes',
        detail: `attributes: "${place.attribute.name}" has values, and loses a sub-attribute. Keep that, or take the values away first.`,
      })
  const counts = await countValues(holders.database, places.removed)
  const total = counts.values().reduce((sum, count) => sum + count, 0)
  if (total > 0 && total !== discard) {
    const names = places.removed.filter((place) => (counts.get(place) ?? 0) > 0).map(({ attribute }) => attribute.name)
    throw new AppError('custom_schema_in_use', {
      field: 'discardValues',
      detail: `"${[...new Set(names)].join('", "')}" has ${total} values. Take them away first, or say discardValues: ${total}.`,
    })
  }
  // Nothing of an earlier attribute of the same name shows up in a new one.
  for (const place of [...places.removed, ...places.added]) await discardValues(holders, origin, place)
}
