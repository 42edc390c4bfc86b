import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { Database } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { ShortLivedCache } from '../access/short-lived-cache.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import * as store from './rule-value.store.ts'
import { userVocabulary } from './user-rule-fields.rules.ts'

export interface RuleValueWish {
  readonly field: string
  /** What the values begin with, in any letter case. */
  readonly search: string
}

/** Values that users have in a field of rules, for those who write one. */
export interface RuleValues {
  /** The most frequent first, up to a minute old; none for fields whose values are known. */
  listValues(actor: ChangeOrigin['actor'], wish: RuleValueWish): Promise<readonly store.RuleValue[]>
}

const shown = 20
/** Departments, places and titles have fewer; of names the rest is looked up as somebody types. */
const kept = 2_000
/** Counting the values reads every user (a tenth of a second for 100,000), so it is not done for every letter that is typed. */
const maxAgeMs = 60_000

export function createRuleValues({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): RuleValues {
  const frequent = new ShortLivedCache<readonly store.RuleValue[]>({ clock, maxAgeMs })
  return {
    async listValues(actor, { field, search }) {
      requirePermission(actor, 'users.read')
      const known = userVocabulary.fieldOf(field)
      if (known === undefined)
        throw new AppError('invalid_request', {
          field: 'field',
          detail: `field: is not known. Known: ${userVocabulary.known.join(', ')}.`,
        })
      if (known.type !== 'text' || known.words !== undefined) return []
      const { name } = known
      const values = (await frequent.get(name, () => store.listFrequent(database, name, kept))) ?? []
      if (search === '') return values.slice(0, shown)
      const found =
        values.length < kept ? undefined : await store.findBeginning(database, name, { search, limit: shown })
      const beginning = search.toLowerCase()
      return found ?? values.filter(({ value }) => value.toLowerCase().startsWith(beginning)).slice(0, shown)
    },
  }
}
