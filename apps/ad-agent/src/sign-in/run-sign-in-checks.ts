// The second life of an import agent, beside reading the domain and independent of it, so that nobody who signs in waits for a read: it
// keeps one question open at the hub, takes the sign-ins that it has room for, tries each password on a connection made for that, and
// says what the domain controller said. Every import agent does so, whether primary or not.
import { networkInterfaces } from 'node:os'
import type { AgentPlace, LockoutPolicy, SignInCheck } from '@lockstep/contract/agents/sign-in-check'
import { pause } from '@lockstep/kernel/retry'
import { DirectoryLink } from '../agent/directory-link.ts'
import { failureFields } from '../agent/log.ts'
import { Patience } from '../agent/patience.ts'
import type { AgentContext } from '../agent/program.ts'
import { placeOf } from './agent-place.ts'
import { AnswerQueue } from './answer-queue.ts'
import { BindPool } from './bind-pool.ts'
import { type CheckPlace, checkSignIn } from './check-sign-in.ts'
import { type LockoutPolicies, readLockoutPolicies } from './lockout-policy.ts'

/** Passwords tried at one time. */
const slots = 8
const waitMs = 10_000
/** How soon a domain controller that does not answer is tried again. */
const unreachableMs = 1000
/** How long what was found out about the surroundings counts. */
const surroundingsMs = 60_000
/** A hub that answers sooner than this with nothing to do did not wait. */
const hastyMs = 200
const lookupMs = 3000
const answerMs = 5000

/** Resolves after `stop`. */
export async function runSignInChecks(context: AgentContext): Promise<void> {
  const { stop, hub, log, timing } = context
  const patience = new Patience(timing, log)
  const answers = new AnswerQueue(hub, log, answerMs)
  const active = new Set<Promise<void>>()
  await using surroundings = new Surroundings(context)
  while (!stop.aborted) {
    try {
      const about = await surroundings.look()
      if (active.size >= slots) await Promise.race(active)
      const askedAt = performance.now()
      const question = { waitMs: about.reachable ? waitMs : 0, maxItems: slots - active.size, ...about }
      const { items } = await hub.requestSignInChecks(question, { signal: stop })
      patience.recovered()
      for (const item of items) {
        const work = answer(surroundings.place, item, answers).finally(() => active.delete(work))
        active.add(work)
      }
      if (!about.reachable) await pause(unreachableMs, stop)
      else if (items.length === 0 && performance.now() - askedAt < hastyMs) await pause(hastyMs, stop)
    } catch (error) {
      await patience.after(error, stop)
    }
  }
  await Promise.all(active)
  await answers.drain()
}

async function answer(place: CheckPlace, check: SignInCheck, answers: AnswerQueue): Promise<void> {
  const { checkId, nonce } = check
  const findings = await checkSignIn(place, check, performance.now() + check.leftMs)
  answers.add({ checkId, nonce, ...findings })
}

/** What the agent says of itself with every question. */
interface About {
  readonly reachable: boolean
  readonly place?: AgentPlace
  readonly lockout?: LockoutPolicy
}

/** The connections for sign-ins and what they show of the domain controller; made anew when the agent gets another account or address. */
class Surroundings implements AsyncDisposable {
  readonly #context: AgentContext
  #used: DirectoryLink['options']
  #lookups: DirectoryLink
  #pool: BindPool
  #policies: LockoutPolicies = {}
  #found: { readonly about: About; readonly until: number } | undefined

  constructor(context: AgentContext) {
    this.#context = context
    this.#used = context.directory.options
    this.#lookups = this.#link()
    this.#pool = new BindPool(this.#used)
  }

  get place(): CheckPlace {
    const { domainId, sealing, log } = this.#context
    const lookups = this.#lookups
    const policies = this.#policies
    return { domainId, sealing, log, policies, pool: this.#pool, openDirectory: () => lookups.open() }
  }

  async look(): Promise<About> {
    await this.#follow()
    await this.#pool.prune()
    const { reachable } = await this.#lookups.check()
    if (!reachable) {
      this.#found = undefined
      return { reachable: false }
    }
    if (this.#found === undefined || this.#found.until < performance.now()) {
      const about = await this.#examine()
      if (!about.reachable) return about
      this.#found = { about, until: performance.now() + surroundingsMs }
    }
    return this.#found.about
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close()
    await this.#lookups.close()
  }

  async #examine(): Promise<About> {
    try {
      const remoteAddress = await this.#pool.warm()
      const own = Object.values(networkInterfaces()).flatMap((rows) => (rows ?? []).map(({ address }) => address))
      const place = placeOf(remoteAddress, own)
      const client = await this.#lookups.open()
      this.#policies = await readLockoutPolicies(client, (await client.readRootDse()).defaultNamingContext)
      const { strictest: lockout } = this.#policies
      return {
        reachable: true,
        ...(place === undefined ? {} : { place }),
        ...(lockout === undefined ? {} : { lockout }),
      }
    } catch (error) {
      this.#context.log.warn('The domain controller cannot be asked about sign-ins', failureFields(error))
      return { reachable: false }
    }
  }

  async #follow(): Promise<void> {
    if (this.#context.directory.options === this.#used) return
    await this[Symbol.asyncDispose]()
    this.#used = this.#context.directory.options
    this.#lookups = this.#link()
    this.#pool = new BindPool(this.#used)
    this.#found = undefined
  }

  #link(): DirectoryLink {
    return new DirectoryLink({ ...this.#used, requestTimeoutMs: lookupMs }, this.#context.timing)
  }
}
