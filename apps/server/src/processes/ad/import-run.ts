import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { PlanService } from '../plans/plan.service.ts'
import type { Domain } from './domain.rules.ts'
import type { RootPlace } from './mirror.store.ts'

/** What every step of deriving needs to know. */
export interface ImportRun {
  readonly domain: Domain
  readonly origin: ChangeOrigin
  readonly now: Date
  readonly plans: PlanService
  readonly journal: JournalService
  readonly place: RootPlace
  /** An upper bound of the users that the rest of this run may lose. */
  readonly possibleExits: number
}
