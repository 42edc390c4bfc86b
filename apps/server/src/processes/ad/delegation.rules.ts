// Delegated Password Validation: whether a domain validates the passwords of its users, and how often it may be asked about one of them. Pure.
import type { LockoutPolicy } from '@lockstep/contract/agents/sign-in-check'
import { assumedLockout, strictestLockout } from '@lockstep/contract/agents/strictest-lockout'
import { authoritiesOf, type ConfiguredDomain } from './configuration.rules.ts'

/** `pending`: switched on, and no import agent that can ask the domain is there. */
export type DelegationState = 'disabled' | 'pending' | 'active'

/** The state of a domain's switch. */
export function delegationState(domain: ConfiguredDomain & { readonly canValidate: boolean }): DelegationState {
  if (authoritiesOf(domain).delegated === 'none') return 'disabled'
  return domain.canValidate ? 'active' : 'pending'
}

/** How often passwords that may be wrong go to the domain. */
export interface GuessLimits {
  /** For one account from everywhere, and from one source. */
  readonly perAccount: number
  readonly perSource: number
  /** With one that a second agent may try as well because the first did not answer; Infinity where the domain locks nobody. */
  readonly most: number
  /** After this long without another one the domain counts from nought, and so does the hub. */
  readonly windowMs: number
}

/** Also where a domain locks late or never: guessing goes on for ever otherwise. */
const mostPerAccount = 20
const leastWindowMs = 60_000
/** Longer than the longest window of Active Directory, 99,999 minutes. */
const mostWindowMs = 70 * 86_400_000
/** An agent may try a password this much later than the hub counted it. */
const slackMs = 15_000

/**
 * Limits below the domain's own threshold by two, so that nobody is locked there through the hub even when the person mistypes once
 * elsewhere; at least one. Of these, one source gets all but one, so that the account's owner is left a try.
 */
export function guessLimits(policy: LockoutPolicy | undefined): GuessLimits {
  const { threshold, windowMs } = policy ?? assumedLockout
  const perAccount = threshold === 0 ? mostPerAccount : Math.min(mostPerAccount, Math.max(1, threshold - 2))
  return {
    perAccount,
    perSource: Math.max(1, perAccount - 1),
    most: threshold === 0 ? Number.POSITIVE_INFINITY : Math.max(1, threshold - 1),
    windowMs: Math.min(mostWindowMs, Math.max(leastWindowMs, windowMs)) + slackMs,
  }
}

/** Guesses at one account from one source. */
export interface GuessRow {
  readonly source: string
  readonly count: number
  readonly lastAt: Date
  /** By what policy the domain locks the account, once an agent said so; null before. */
  readonly threshold: number | null
  readonly windowMs: number | null
}

/** The policy that holds for the account itself, which may be another one than the domain's; undefined before an agent said it. */
export function ownLockout(rows: readonly GuessRow[]): LockoutPolicy | undefined {
  return strictestLockout(
    rows.flatMap(({ threshold, windowMs }) =>
      threshold === null || windowMs === null ? [] : [{ threshold, windowMs }],
    ),
  )
}

/** Whether another password may be tried; if not, when. */
export type GuessDecision =
  | { readonly ok: true; readonly startsAnew: boolean }
  | { readonly ok: false; readonly at: Date }

/** Decides on one more guess: the domain forgets all of an account at once, a window after the last of them. */
export function decideGuess(
  rows: readonly GuessRow[],
  { source, limits, now }: { readonly source: string; readonly limits: GuessLimits; readonly now: Date },
): GuessDecision {
  const last = Math.max(0, ...rows.map(({ lastAt }) => lastAt.getTime()))
  const at = new Date(last + limits.windowMs)
  if (at <= now) return { ok: true, startsAnew: rows.length > 0 }
  const count = rows.reduce((sum, row) => sum + row.count, 0)
  const own = rows.find((row) => row.source === source)?.count ?? 0
  // Without a source there is nobody to leave a try to.
  const perSource = source === '' ? limits.perAccount : limits.perSource
  if (count < limits.perAccount && own < perSource) return { ok: true, startsAnew: false }
  return { ok: false, at }
}

/** Whether a password that one agent may have tried may be tried by another. */
export function mayTryAgain(rows: readonly GuessRow[], limits: GuessLimits): boolean {
  return rows.reduce((sum, row) => sum + row.count, 0) < limits.most
}
