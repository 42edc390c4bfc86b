import type { Ledger } from './kill-ledger.ts'
import type { KillWorld } from './kill-world.ts'
import type { Random } from './random.ts'

/** One round of changes with everything that its steps need. */
export interface Round {
  readonly world: KillWorld
  readonly ledger: Ledger
  readonly random: Random
  readonly number: number
  /** Groups made in the hub and bound to the domain, by name. */
  readonly boundGroups: ReadonlyMap<string, string>
}
