import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { offeredAgentVersion } from '@lockstep/contract/agents/agent-version'
import type { AgentLogReport } from '@lockstep/contract/agents/log'
import type {
  AgentKind,
  DomainSettings,
  EnrolRequest,
  ImportLease,
  ImportLeaseRequest,
  ReadBatch,
  ReadObject,
  SealingKeyNotice,
  WorkItem,
  WorkReport,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import type { SelfCheckReply } from '@lockstep/contract/agents/self-check'
import { sealPassword } from '@lockstep/contract/agents/sealed-password'
import type { SignInAnswers, SignInCheck, SignInCheckRequest } from '@lockstep/contract/agents/sign-in-check'
import { agentHeaders, agentSigningText } from '@lockstep/contract/agents/signature'
import { sha256 } from '@lockstep/kernel/digest'

type Outcome = WorkReport['outcomes'][number]

/** A refusal to be answered instead of the usual. */
export interface FakeRefusal {
  readonly status: number
  readonly code: string
}

/** What the fake hub assigns; a test may change it at any time. */
export interface FakeState {
  role: ImportLease['role']
  epoch: number
  leaseMs: number
  /** How long work is the agent's; for ever when left out. */
  workLeaseMs: number | undefined
  settings: DomainSettings
  cookie: string | undefined
  invocationId: string | undefined
  highestUsn: string | undefined
  fullReadWanted: boolean
  wantedGuids: string[]
  /** Sent with the answer to the next batch that ends a read. */
  wantedNext: string[]
  /** Somebody looks at the agent's log. */
  logWanted: boolean
  /** Decides over each request before anything else. */
  refuse: (path: string) => FakeRefusal | undefined
}

/** A sign-in for the agent of a test to check. */
export interface GivenSignIn {
  readonly guid: string
  readonly password: string
  /** Of the agent. */
  readonly sealingKey: string
  /** What the password is sealed for; `prove` unless said. */
  readonly use?: 'prove' | 'set'
  readonly leftMs?: number
}

/** A hub that hands out leases and work as told, checks signatures, and remembers what it was sent. */
export class FakeHub implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #queue: WorkItem[] = []
  readonly #watchers = new Set<() => void>()
  readonly #nonces = new Set<string>()
  readonly state: FakeState
  readonly enrolments: EnrolRequest[] = []
  readonly leaseRequests: ImportLeaseRequest[] = []
  readonly workRequests: WorkRequest[] = []
  readonly batches: ReadBatch[] = []
  readonly batchTimes: number[] = []
  readonly reports: WorkReport[] = []
  readonly logReports: AgentLogReport[] = []
  readonly paths: string[] = []
  readonly sealingKeys: string[] = []
  readonly signInRequests: SignInCheckRequest[] = []
  readonly signInAnswers: SignInAnswers['answers'][number][] = []
  readonly #signIns: SignInCheck[] = []
  publicKey = ''
  kind: AgentKind = 'IMPORT'

  constructor(settings: DomainSettings) {
    this.state = {
      role: 'primary',
      epoch: 1,
      leaseMs: 3000,
      workLeaseMs: undefined,
      settings,
      cookie: undefined,
      invocationId: undefined,
      highestUsn: undefined,
      fullReadWanted: true,
      wantedGuids: [],
      wantedNext: [],
      logWanted: false,
      refuse: () => undefined,
    }
  }

  /** Starts listening on a free port of loopback, or on the given one. */
  async start(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get outcomes(): readonly Outcome[] {
    return this.reports.flatMap((report) => report.outcomes)
  }

  /** Every object that was sent, oldest first. */
  get objects(): readonly ReadObject[] {
    return this.batches.flatMap((batch) => batch.objects)
  }

  /** Puts work into the queue; an agent that waits gets it at once. */
  give(...items: readonly WorkItem[]): void {
    this.#queue.push(...items)
    this.#changed()
  }

  /** Gives a sign-in to check, its password sealed for the agent of the tests. */
  async giveSignIn({ guid, password, sealingKey, use = 'prove', leftMs = 5000 }: GivenSignIn): Promise<SignInCheck> {
    const checkId = (this.signInAnswers.length + 1).toString(16).padStart(24, '0')
    const userId = 'a'.repeat(24)
    const purpose = { use, domainId: 'domain', userId, objectGuid: guid, revision: checkId }
    const sealed = await sealPassword(sealingKey, password, purpose)
    const check = { checkId, nonce: `nonce-of-${checkId}`, userId, objectGuid: guid, sealed, leftMs }
    this.#signIns.push(check)
    this.#changed()
    return check
  }

  /** Resolves with what the look gives, as soon as it gives something other than undefined or false. */
  async until<Found>(look: () => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = look()
      if (found !== undefined && found !== false) return found
      await this.#nextChange()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        this.#watchers.delete(watcher)
        resolve()
      }
      this.#watchers.add(watcher)
    })
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const path = request.url ?? ''
    this.paths.push(path)
    if (path === '/healthz') return void response.writeHead(200).end()
    const refusal = this.state.refuse(path) ?? this.#signatureRefusal(request, path, body)
    const answer = refusal ?? (await this.#answer(path, JSON.parse(body), response))
    this.#changed()
    if (refusal !== undefined) {
      const { status, code } = refusal
      const problem = { type: 'about:blank', title: code, status, code, detail: code, requestId: 'fake' }
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    } else if (answer === undefined) response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #signatureRefusal(request: IncomingMessage, path: string, body: string): FakeRefusal | undefined {
    if (path === '/agents/v1/enrol') return undefined
    const refusal = { status: 401, code: 'agent_signature_invalid' }
    const header = (name: string): string => String(request.headers[name])
    const [date, nonce] = [header(agentHeaders.date), header(agentHeaders.nonce)]
    if (this.#nonces.has(nonce)) return { status: 401, code: 'agent_request_repeated' }
    this.#nonces.add(nonce)
    if (this.publicKey === '' || request.headers[agentHeaders.id] !== 'agent') return refusal
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: this.publicKey }, format: 'jwk' })
    const bodySha256 = sha256(body).toString('hex')
    const text = agentSigningText({ method: 'POST', path, date, nonce, bodySha256 })
    return verify(null, Buffer.from(text), key, Buffer.from(header(agentHeaders.signature), 'base64url'))
      ? undefined
      : refusal
  }

  async #answer(path: string, body: unknown, response: ServerResponse): Promise<object | undefined> {
    if (path === '/agents/v1/enrol') return this.#enrol(body as EnrolRequest)
    if (path === '/agents/v1/import/lease') return this.#lease(body as ImportLeaseRequest)
    if (path === '/agents/v1/import/read') return this.#read(body as ReadBatch)
    if (path === '/agents/v1/self-check') return this.#selfCheck()
    if (path === '/agents/v1/log') {
      this.logReports.push(body as AgentLogReport)
      return { wanted: this.state.logWanted }
    }
    if (path === '/agents/v1/work') return this.#work(body as WorkRequest, response)
    if (path === '/agents/v1/sign-in-checks') return this.#signInChecks(body as SignInCheckRequest, response)
    if (path === '/agents/v1/sign-in-checks/answers') {
      this.signInAnswers.push(...(body as SignInAnswers).answers)
      return undefined
    }
    if (path === '/agents/v1/sealing-key') {
      this.sealingKeys.push((body as SealingKeyNotice).sealingKey)
      return undefined
    }
    this.reports.push(body as WorkReport)
    return { primary: this.state.role === 'primary' }
  }

  #enrol(request: EnrolRequest): object {
    this.enrolments.push(request)
    this.publicKey = request.publicKey
    this.kind = request.kind
    return { agentId: 'agent', domainId: 'domain' }
  }

  #lease(request: ImportLeaseRequest): ImportLease {
    this.leaseRequests.push(request)
    const { role, epoch, leaseMs, settings, cookie, invocationId, highestUsn, fullReadWanted, logWanted } = this.state
    const wantedGuids = this.state.wantedGuids.splice(0)
    return {
      ...{ role, epoch, leaseMs, settings, fullReadWanted, wantedGuids, logWanted },
      ...(cookie === undefined ? {} : { cookie }),
      ...(invocationId === undefined ? {} : { invocationId }),
      ...(highestUsn === undefined ? {} : { highestUsn }),
    }
  }

  #selfCheck(): SelfCheckReply {
    const { role, settings } = this.state
    const facts = { offeredVersion: offeredAgentVersion, otherVersions: [], useCase: 'TWOWAYSYNC' }
    return { kind: this.kind, paused: role === 'paused', primary: role === 'primary', settings, ...facts }
  }

  #read(batch: ReadBatch): object {
    this.batches.push(batch)
    this.batchTimes.push(performance.now())
    const { state } = this
    if (batch.end === undefined) return { accepted: true, wantedGuids: [] }
    if (batch.kind !== 'objects') {
      state.cookie = batch.end.cookie
      state.invocationId = batch.end.invocationId
      state.highestUsn = batch.end.highestUsn
    }
    if (batch.kind === 'full') state.fullReadWanted = false
    return { accepted: true, wantedGuids: state.wantedNext.splice(0) }
  }

  async #signInChecks(request: SignInCheckRequest, response: ServerResponse): Promise<object> {
    this.signInRequests.push(request)
    await this.#held(this.#signIns, request.waitMs, response)
    return { items: response.destroyed ? [] : this.#signIns.splice(0, request.maxItems) }
  }

  async #work(request: WorkRequest, response: ServerResponse): Promise<object> {
    this.workRequests.push(request)
    this.#changed()
    await this.#held(this.#queue, request.waitMs, response)
    const { role, epoch, settings, workLeaseMs: leaseMs } = this.state
    const items = response.destroyed ? [] : this.#queue.splice(0, request.maxItems)
    return {
      role,
      epoch,
      settings,
      items,
      mayHoldWork: true,
      logWanted: this.state.logWanted,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    }
  }

  /** Holds a question until something is there for it, its time is over, or who asked is gone. */
  async #held(queue: readonly unknown[], waitMs: number, response: ServerResponse): Promise<void> {
    const endsAt = performance.now() + waitMs
    while (queue.length === 0 && performance.now() < endsAt && !response.destroyed) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, endsAt - performance.now())
      response.once('close', resolve)
      await Promise.race([promise, this.#nextChange()])
      clearTimeout(timer)
      response.removeListener('close', resolve)
    }
  }
}
