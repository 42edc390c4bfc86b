import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { PlanService } from '../plans/plan.service.ts'
import type { Domain } from './domain.rules.ts'
import type { RootPlace } from './mirror.store.ts'
import type { Translation } from './translation.rules.ts'

/** What every step of deriving needs to know. */
export interface ImportRun {
  readonly domain: Domain
  readonly origin: ChangeOrigin
  readonly now: Date
  readonly plans: PlanService
  readonly journal: JournalService
  readonly place: RootPlace & { readonly adminGroupGuid: string | null }
  /** The domain's translation rules. */
  readonly rules: readonly Translation[]
  /** Groups whose members the domain protects. */
  readonly privilegedGuids: readonly string[]
  /** The state that users are made with. */
  readonly defaultState: 'ACTIVATED' | 'STAGED'
  /** Somebody's account left, so that somebody else may have the name now. */
  readonly noteExit: () => void
  /** An upper bound of the users that the rest of this run may lose. */
  readonly possibleExits: number
}
