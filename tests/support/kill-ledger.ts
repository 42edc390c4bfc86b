// What was acknowledged during a change of both sides, and therefore has to be so at the end.
import type { Random } from './random.ts'

/** A user made in the hub and bound to the domain. */
export interface HubBorn {
  readonly id: string
  readonly fields: Record<string, string>
  suspended: boolean
}

/** A user of the domain, by its account name there. */
export interface DomainBorn {
  readonly guid: string
  username: string
  enabled: boolean
  /** In the integration group itself and in no other group, so that leaving it is leaving the scope. */
  readonly isAlone: boolean
  hasLeft: boolean
}

/** A membership that somebody asked for; `present` is what was asked for last. */
export interface AskedMembership {
  readonly group: string
  readonly username: () => string
  readonly userId: string | undefined
  readonly guid: string | undefined
  present: boolean
  /** The membership is what binds the user to the domain. */
  readonly isBinding: boolean
}

/** A group made in the hub and bound to the domain, under the name that it was given last. */
export interface HubGroupBorn {
  readonly id: string
  name: string
}

export interface Ledger {
  readonly groups: HubGroupBorn[]
  readonly hubBorn: HubBorn[]
  /** Made in the hub, with an account that the domain lost: still there, and not disturbed. */
  readonly withoutAccount: HubBorn[]
  readonly domainBorn: DomainBorn[]
  readonly memberships: AskedMembership[]
  /** Ids of everybody who was ever to be suspended, by whichever side, or their GUIDs. */
  readonly suspended: Set<string>
  /** Changes that were acknowledged. */
  operations: number
}

export function newLedger(domainBorn: readonly DomainBorn[]): Ledger {
  return {
    ...{ groups: [], hubBorn: [], withoutAccount: [], memberships: [] },
    domainBorn: [...domainBorn],
    suspended: new Set(),
    operations: 0,
  }
}

/** Hands out items in random order, each once. */
export function deal<T>(random: Random, items: readonly T[]): (count: number) => readonly T[] {
  const left = items.map((item) => ({ item, order: random.fraction() })).toSorted((a, b) => a.order - b.order)
  return (count) => left.splice(0, count).map(({ item }) => item)
}
