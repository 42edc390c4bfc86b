import Type, { type Static, type TSchema } from 'typebox'

/** A 24-digit identifier. */
export const IdText = Type.String({ pattern: '^[0-9a-f]{24}$' })

/** Path parameters of one object. */
export const IdParams = Type.Object({ id: IdText })
export type IdParams = Static<typeof IdParams>

/** A page of a list: keyset paging, `after` is the `next` of the page before. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  /** Holds a sort value of up to 1,024 letters. */
  after: Type.Optional(Type.String({ maxLength: 10_000 })),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  sort: Type.Optional(Type.String({ maxLength: 60 })),
}

/** A page of rows with the exact number of all matching rows; `next` is absent on the last page. */
export function pageOf<T extends TSchema>(
  item: T,
): Type.TObject<{
  items: Type.TArray<T>
  next: Type.TOptional<Type.TString>
  total: Type.TInteger
}> {
  return Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()), total: Type.Integer() })
}

/** A page of rows. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
  readonly total: number
}
