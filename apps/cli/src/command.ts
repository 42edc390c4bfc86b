import type { HubClient } from '@lockstep/client/hub-client'

/** The command was written wrongly; nothing was asked of the hub. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What came of a command. */
export interface Outcome {
  /** Goes out as it is with `--json`; undefined when everything was printed already. */
  readonly value: unknown
  /** Lines for people. */
  readonly lines: readonly string[]
  /** Beside the result, for instance that a list goes on. */
  readonly note?: string
  /** The hub did what it was asked, and the answer is bad news. */
  readonly isBad?: boolean
}

/** Options of the commands; each command names those it takes. */
export interface CommandOptions {
  readonly search?: string
  readonly state?: string
  readonly limit?: string
  readonly reason?: string
  readonly firstname?: string
  readonly lastname?: string
  readonly displayname?: string
  readonly since?: string
  readonly kind?: string
  readonly follow?: boolean
  readonly objects?: boolean
}

type Named<Value> = {
  [Name in keyof CommandOptions]-?: Required<CommandOptions>[Name] extends Value ? Name : never
}[keyof CommandOptions]

export interface Command {
  /** The words that select it, for instance `users list`. */
  readonly name: string
  /** Names of what follows the words, in order. */
  readonly operands: readonly string[]
  readonly options: readonly Named<string>[]
  /** Options without a value. */
  readonly flags?: readonly Named<boolean>[]
  readonly summary: string
  /** `print` is for what comes while the command runs. */
  readonly run: (
    hub: HubClient,
    operands: readonly string[],
    options: CommandOptions,
    print: (line: string) => void,
  ) => Promise<Outcome>
}
