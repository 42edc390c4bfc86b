import { createBatcher } from './batcher.ts'

/**
 * Reads by key. Those who ask at the same time are answered by one `load`: a round trip costs more than finding a row by its key does. What is
 * answered was read after it was asked for.
 */
export function createKeyedReader<Value>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  const batcher = createBatcher<string, Value | undefined>({
    queueLimit: Number.POSITIVE_INFINITY,
    async send(keys) {
      const found = await load([...new Set(keys)])
      return keys.map((key) => found.get(key))
    },
  })
  return batcher.submit
}
