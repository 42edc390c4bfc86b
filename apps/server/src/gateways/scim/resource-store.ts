// What the protocol needs of the hub to serve a type of resource.
import type { JsonObject } from '@lockstep/kernel/json'
import type { AttributeCondition, AttributeField, AttributePlace, ValueType } from './condition.ts'
import type { AttributeColumns } from './filter-condition.ts'
import type { SetChange } from './patch-set.ts'
import type { ResourceType } from './schema.ts'
import type { Caller } from './scim-request.ts'

/** A resource as it is: what clients set, and beside it what follows. */
export interface Stored {
  readonly id: string
  /** What clients may set, as it is now; sets are not in it. */
  readonly resource: JsonObject
  readonly created: Date
  readonly lastModified: Date
  readonly version: string
  readonly sortValue: string | null
  /** Made just now: it is a member of nothing yet. */
  readonly isNew?: boolean
}

/** Which attributes, dear to read, an answer shows. */
export type IsShown = (attribute: string) => boolean

/** A list's order and extent. */
export interface Listing {
  readonly where: AttributeCondition
  readonly sort?: { readonly field: AttributeField; readonly as: ValueType; readonly descending: boolean }
  readonly limit: number
  readonly skip?: number
  readonly after?: AttributePlace
}

/** A change of a resource: the whole of it, its sets, and on what version it was decided. */
export interface Wanted {
  readonly resource: JsonObject
  readonly sets: readonly SetChange[]
  /** A replacement: what the client did not name, it did not take away by name either. */
  readonly isWhole?: boolean
  /** The client named the version that is to change: nothing else of the resource may have changed either. */
  readonly isConditional?: boolean
}

/** The resources of a type. Refusals are AppErrors; `revision_changed` when somebody was faster. */
export interface ResourceStore {
  readonly type: ResourceType
  columns(caller: Caller): AttributeColumns
  get(caller: Caller, id: string): Promise<Stored>
  list(caller: Caller, listing: Listing): Promise<readonly Stored[]>
  count(caller: Caller, where: AttributeCondition): Promise<number>
  /** What follows from elsewhere (members, groups, names), by id. */
  computed(caller: Caller, stored: readonly Stored[], isShown: IsShown): Promise<ReadonlyMap<string, JsonObject>>
  create(caller: Caller, wanted: Wanted): Promise<Stored>
  /** Makes the resource what is wanted, if it still is what it was. */
  change(caller: Caller, present: Stored, wanted: Wanted): Promise<Stored>
  /** `isConditional`: the client named the version that is to go. */
  remove(caller: Caller, present: Stored, isConditional: boolean): Promise<void>
}
