import type { AgentClient } from '@lockstep/client/agent-client'
import type { SignInAnswers } from '@lockstep/contract/agents/sign-in-check'
import { type AgentLog, failureFields } from '../agent/log.ts'

type Answer = SignInAnswers['answers'][number]

const batchLimit = 50

/** Hands answers in at once; what comes while a request is under way goes with the next one. An answer that cannot be handed in is dropped: it soon counts no more. */
export class AnswerQueue {
  readonly #hub: Pick<AgentClient, 'answerSignInChecks'>
  readonly #log: AgentLog
  readonly #timeoutMs: number
  readonly #waiting: Answer[] = []
  #sending: Promise<void> | undefined

  constructor(hub: Pick<AgentClient, 'answerSignInChecks'>, log: AgentLog, timeoutMs: number) {
    this.#hub = hub
    this.#log = log
    this.#timeoutMs = timeoutMs
  }

  add(answer: Answer): void {
    this.#waiting.push(answer)
    this.#sending ??= this.#send()
  }

  /** Resolves when nothing is left to hand in. */
  async drain(): Promise<void> {
    await this.#sending
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const answers = this.#waiting.splice(0, batchLimit)
      try {
        await this.#hub.answerSignInChecks({ answers }, { timeoutMs: this.#timeoutMs })
      } catch (error) {
        this.#log.warn('What the domain said of a sign-in could not be handed in', failureFields(error))
      }
    }
    this.#sending = undefined
  }
}
