// Whether a password that was captured in a domain is taken. Pure.
import type { CaptureOutcome, CaptureWay } from '@lockstep/contract/agents/capture'
import { fileTimeToDate } from './file-time.rules.ts'
import { type ConfiguredDomain, configurationOf } from './configuration.rules.ts'

/** What is known of an object in scope and of its user. */
export interface CaptureFacts {
  readonly guid: string
  readonly accountId: string
  readonly userId: string
  /** False where another authority than the domain owns the user's password. */
  readonly permitted: boolean
  /** A password of the hub is on its way to the account. */
  readonly delivering: boolean
  /** When the domain set what the hub last delivered, as far as that was told. */
  readonly deliveredAt: Date | null
  /** The newest revision that was handed in. */
  readonly revision: bigint | null
}

/** The ways by which passwords of a domain are captured: none where nothing of it is brought here. */
export function captureWays({ useCase, behaviour }: ConfiguredDomain): readonly CaptureWay[] {
  return configurationOf(useCase).isBrought ? behaviour.passwordCapture : []
}

/** Whether an object's password is to be handed in at all. */
export function wantsCapture(facts: CaptureFacts | undefined): 'wanted' | 'held' | 'unwanted' {
  if (facts === undefined || !facts.permitted) return 'unwanted'
  return facts.delivering ? 'held' : 'wanted'
}

/** What becomes of a password of a revision, apart from what it is. */
export function decideCapture(facts: CaptureFacts | undefined, revision: bigint): Exclude<CaptureOutcome, 'refused'> {
  if (facts === undefined || !facts.permitted) return 'unwanted'
  if (facts.revision !== null && revision <= facts.revision) return 'known'
  if (isOwn(facts.deliveredAt, revision)) return 'own'
  return facts.delivering ? 'held' : 'taken'
}

/** The domain tells 100 ns, our clocks keep less: nobody chooses two passwords within two milliseconds. */
function isOwn(deliveredAt: Date | null, revision: bigint): boolean {
  const at = fileTimeToDate(revision)
  return deliveredAt !== null && at !== undefined && Math.abs(at.getTime() - deliveredAt.getTime()) < 2
}
