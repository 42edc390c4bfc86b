import { assert } from '@lockstep/kernel/assert'

/** Numbers that look random and are the same for the same seed. */
export type RandomSource = {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** Makes a linear congruential source modulo 2^32 (multiplier 1664525, increment 1013904223); not for secrets. */
export function makeRandomSource(seed: number): RandomSource {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // The low bits of such a source repeat quickly; scaling uses the high ones.
    return Math.floor((state / 2 ** 32) * limit)
  }
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)]
    assert(item !== undefined, 'there is something to pick from')
    return item
  }
  return { below, pick }
}
