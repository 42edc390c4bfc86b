/** Ends a call whose answer is not wanted any more. */
export type Signal = AbortSignal | undefined

/** A list that is answered whole. */
export interface Items<T> {
  readonly items: readonly T[]
}

/** A path of the hub's own interface; the ids are escaped. */
export function at(path: string, ...ids: string[]): string {
  return `/hub/v1/${path}${ids.map((id) => `/${encodeURIComponent(id)}`).join('')}`
}
