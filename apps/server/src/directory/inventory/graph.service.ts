import { AppError } from '@lockstep/contract/app-error'
import { ConditionError, type Condition } from '../../platform/db/compose.ts'
import type { Database } from '../../platform/db/database.ts'
import { compileAttributes, type GraphStep, type NodeKind } from './graph.rules.ts'
import * as store from './graph.store.ts'

/** An object that can be reached, with every way to it and what they say together. */
export interface ReachedObject {
  readonly kind: NodeKind
  readonly id: string
  readonly compiledAttributes: ReturnType<typeof compileAttributes>
  readonly paths: readonly (readonly GraphStep[])[]
}

/** Walks the graph. Whoever asks has shown that they may see where the walk begins. */
export interface GraphService {
  /** A page of what can be reached, in the order of ids; the condition is on `id`. */
  traverse(
    traversal: store.Traversal,
    page: { readonly condition?: Condition | undefined; readonly limit: number; readonly skip: number },
  ): Promise<{ readonly objects: readonly ReachedObject[]; readonly total: number }>
}

/** Ways to the objects of one page; a page of 100 objects has as many as there are groups between them. */
const maxPaths = 10_000

export function createGraphService({ database }: { readonly database: Database }): GraphService {
  return {
    async traverse(traversal, page) {
      const { ids, total } = await reached(() => store.listReached(database, traversal, page))
      const paths = await store.listPaths(database, traversal, { ids, limit: maxPaths })
      const pathsOf = Map.groupBy(paths, ({ id }) => id)
      const objects = ids.map((id) => {
        const own = (pathsOf.get(id) ?? []).map(({ path }) => path)
        return { kind: traversal.to, id, compiledAttributes: compileAttributes(own), paths: own }
      })
      return { objects, total }
    },
  }
}

async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    throw new AppError('invalid_filter', { field: error.field, detail: error.message })
  }
}
