// Passwords that change in the domain, on their way to the hub. Beside the import, whichever agent is primary: each captures what its own
// domain controller knows, and the hub takes every password once.
//
// Nothing is kept here but the names of objects that changed. Their secrets are read only when the hub has said that it wants them, handed
// in at once and forgotten; whatever breaks off in between is asked for again.
import type { CaptureOrders, CapturedPassword, CaptureQuestion } from '@lockstep/contract/agents/capture'
import { pause } from '@lockstep/kernel/retry'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { connectLocalDirectory } from '@lockstep/ldap/local-directory'
import { failureFields } from '../agent/log.ts'
import { Patience } from '../agent/patience.ts'
import type { AgentContext } from '../agent/program.ts'
import { readSecret } from './read-secret.ts'
import { leakedListDigest, writeLeakedList, writeRules } from './rules-file.ts'
import { runFilter } from './run-filter.ts'
import { PasswordChanges } from './watch-changes.ts'

const askedLimit = 500
/** One takes up to a quarter of a second where argon2id is computed for it, and none should wait for many. */
const reportedLimit = 10
const connectTimeoutMs = 5000
const requestTimeoutMs = 60_000

/** Captures from the domain controller of this machine until `stop`; does nothing where the agent was not told how. */
export async function runCapture(context: AgentContext): Promise<void> {
  const { capture } = context
  if (capture === undefined) return
  const told = new ToldOrders(context)
  const filter = capture.filter === undefined ? undefined : runFilter(context, capture.filter)
  await Promise.all([filter, capture.socket === undefined ? followOrders(context, told) : followSocket(context, told)])
}

/** Where nothing is read: what the hub says may still change. */
async function followOrders(context: AgentContext, told: ToldOrders): Promise<void> {
  const { hub, stop, log, timing } = context
  const patience = new Patience(timing, log)
  while (!stop.aborted) {
    try {
      await told.heed(await hub.askCaptures({ guids: [], ...(await told.question()) }, { signal: stop }))
      patience.recovered()
      await pause(timing.captureAskMs, stop)
    } catch (error) {
      await patience.after(error, stop)
    }
  }
}

async function followSocket(context: AgentContext, told: ToldOrders): Promise<void> {
  const { capture, stop, log, timing } = context
  const patience = new Patience(timing, log)
  const capturing = new Capturing(context, told)
  while (!stop.aborted) {
    try {
      const limits = { timeoutMs: connectTimeoutMs, requestTimeoutMs }
      await using client = await connectLocalDirectory({ path: capture?.socket ?? '', ...limits })
      await capturing.follow(client, () => patience.recovered())
    } catch (error) {
      await patience.after(error, stop)
    }
  }
}

/** What the hub last said: the ways stand in the log when they change, the rules in their file. */
class ToldOrders {
  readonly #context: AgentContext
  #ways: string | undefined
  #rules: string | undefined
  #leakedList: string | undefined
  #isUnwritable = false

  constructor(context: AgentContext) {
    this.#context = context
  }

  /** Which list of leaked passwords is there already, where one is needed. */
  async question(): Promise<Pick<CaptureQuestion, 'leakedList'>> {
    const { rulesFile } = this.#context.capture ?? {}
    // A list that cannot be kept is not fetched again and again.
    if (rulesFile === undefined || this.#isUnwritable) return {}
    return { leakedList: (this.#leakedList ??= await leakedListDigest(rulesFile)) }
  }

  async heed(orders: CaptureOrders): Promise<void> {
    const { log, capture } = this.#context
    const said = orders.ways.join(', ')
    if (said !== this.#ways)
      log.info('The hub says how passwords are captured', { ways: said === '' ? 'not at all' : said })
    this.#ways = said
    if (capture?.rulesFile === undefined) return
    try {
      await this.#write(capture.rulesFile, orders)
      this.#isUnwritable = false
    } catch (error) {
      // Passwords are captured all the same.
      if (!this.#isUnwritable) log.warn('The rules for new passwords cannot be written', failureFields(error))
      this.#isUnwritable = true
    }
  }

  async #write(rulesFile: string, { rules, leakedList }: CaptureOrders): Promise<void> {
    // The list before the rules that name it.
    if (leakedList?.text !== undefined) {
      await writeLeakedList(rulesFile, leakedList.text)
      this.#leakedList = leakedList.sha256
    }
    const told = { rules, ...(leakedList === undefined ? {} : { leakedList: leakedList.sha256 }) }
    const text = JSON.stringify(told)
    if (text === this.#rules) return
    await writeRules(rulesFile, told)
    this.#rules = text
  }
}

class Capturing {
  readonly #context: AgentContext
  readonly #told: ToldOrders
  /** Objects that changed and that the hub was not asked about yet. */
  readonly #changed = new Set<string>()
  /** Those that it wants to be asked about again. */
  readonly #held = new Set<string>()
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(context: AgentContext, told: ToldOrders) {
    this.#context = context
    this.#told = told
  }

  /** Works over one connection until `stop`; rejects with a DirectoryError or a HubError, and can be called again. */
  async follow(client: DirectoryClient, onWorking: () => void): Promise<void> {
    const { stop, timing } = this.#context
    const { defaultNamingContext } = await client.readRootDse()
    const changes = new PasswordChanges(client, defaultNamingContext)
    while (!stop.aborted) {
      for (const guid of await changes.look()) this.#changed.add(guid)
      const sinceMs = performance.now() - this.#askedAt
      const isDue = sinceMs >= (this.#held.size > 0 ? timing.captureHeldMs : timing.captureAskMs)
      if (this.#changed.size > 0 || isDue) await this.#ask(client)
      onWorking()
      await pause(timing.capturePollMs, stop)
    }
  }

  async #ask(client: DirectoryClient): Promise<void> {
    const { hub, stop } = this.#context
    const guids = [...new Set([...this.#changed, ...this.#held])].slice(0, askedLimit)
    const orders = await hub.askCaptures({ guids, ...(await this.#told.question()) }, { signal: stop })
    this.#askedAt = performance.now()
    await this.#told.heed(orders)
    if (orders.ways.every((way) => way === 'filter')) {
      // Nothing is read then: whoever hears the next password hands it in.
      for (const waiting of [this.#changed, this.#held]) waiting.clear()
      return
    }
    // Named again before the first is handed in: whatever fails below is asked about once more.
    const wanted = new Set(orders.wantedGuids)
    for (const guid of guids) {
      if (!wanted.has(guid)) this.#changed.delete(guid)
      this.#held.delete(guid)
    }
    for (const guid of orders.heldGuids) this.#held.add(guid)
    for (const guid of wanted) this.#changed.add(guid)
    await this.#handIn(client, orders, [...wanted])
  }

  async #handIn(client: DirectoryClient, orders: CaptureOrders, wanted: readonly string[]): Promise<void> {
    const { hub, stop, domainId, capture } = this.#context
    const reader = { client, domainId, orders, gnupgHome: capture?.gnupgHome }
    for (let start = 0; start < wanted.length && !stop.aborted; start += reportedLimit) {
      const some = wanted.slice(start, start + reportedLimit)
      const captures: CapturedPassword[] = []
      for (const guid of some) {
        const found = await readSecret(reader, guid)
        if (found === undefined) this.#changed.delete(guid)
        else captures.push(found)
      }
      if (captures.length === 0) continue
      const { outcomes } = await hub.reportCaptures({ captures }, { signal: stop })
      for (const { guid, outcome } of outcomes) {
        this.#changed.delete(guid)
        if (outcome === 'held') this.#held.add(guid)
        this.#context.log.info('A password was captured', { guid, outcome })
      }
    }
  }
}
