/** How long the agents wait for what; tests hand in shorter times. */
export interface Timing {
  /** Between two looks at the domain controller's highest committed USN. */
  readonly pollMs: number
  /** Between two reads of a domain whose USN moves without anything for us, as busy Windows domains do. */
  readonly quietReadMs: number
  /** After this the hub's stored position is refreshed even though nothing changed. */
  readonly refreshMs: number
  /** First and longest wait after network trouble. */
  readonly retryBaseMs: number
  readonly retryLimitMs: number
  /** While the hub says that the agent is paused. */
  readonly pausedMs: number
  /** While the hub refuses the agent's signature. */
  readonly refusedMs: number
  /** Between two questions for work of an agent that is not primary. */
  readonly standbyMs: number
  /** How long the hub may hold a question for work; an agent that hangs counts as there for as long. */
  readonly workWaitMs: number
  /** How long an outcome may wait for others to be reported with. */
  readonly reportMs: number
  /** Between two looks at the agent's file, which may hold another service account. */
  readonly fileLookMs: number
  /** Until a service account that did not work is tried again. */
  readonly accountRetryMs: number
  /** How long log lines are gathered while somebody looks, and how often the hub is asked whether anybody does. */
  readonly logGatherMs: number
  readonly logAskMs: number
  /** Between two looks at whether passwords changed on the domain controller of this machine. */
  readonly capturePollMs: number
  /** Until the hub is asked whose password it lacks, though none changed here; and until it is asked again about one that it held. */
  readonly captureAskMs: number
  readonly captureHeldMs: number
}

export const agentTiming: Timing = {
  pollMs: 100,
  quietReadMs: 1000,
  refreshMs: 30_000,
  retryBaseMs: 200,
  retryLimitMs: 5000,
  pausedMs: 5000,
  refusedMs: 30_000,
  standbyMs: 3000,
  workWaitMs: 10_000,
  reportMs: 100,
  fileLookMs: 2000,
  accountRetryMs: 30_000,
  logGatherMs: 500,
  logAskMs: 5000,
  capturePollMs: 200,
  captureAskMs: 3000,
  captureHeldMs: 1000,
}
