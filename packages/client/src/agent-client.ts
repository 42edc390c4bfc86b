import type {
  EnrolReply,
  EnrolRequest,
  ImportLease,
  ImportLeaseRequest,
  ReadBatch,
  ReadReply,
  SealingKeyNotice,
  WorkReply,
  WorkReport,
  WorkReportReply,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import type { CaptureOrders, CaptureQuestion, CaptureReply, CaptureReport } from '@lockstep/contract/agents/capture'
import type { AgentLogReply, AgentLogReport } from '@lockstep/contract/agents/log'
import type { SelfCheckReply, SelfCheckRequest } from '@lockstep/contract/agents/self-check'
import type { SignInAnswers, SignInCheckReply, SignInCheckRequest } from '@lockstep/contract/agents/sign-in-check'
import { agentHeaders } from '@lockstep/contract/agents/signature'
import { type Clock, systemClock } from '@lockstep/kernel/clock'
import { newNonce, requestSigner, type SignedParts } from './agent-keys.ts'
import { type HubAddress, type HubAnswer, HubTransport } from './agent-transport.ts'
import { HubError, hubErrorOf } from './hub-error.ts'

/** Which agent calls; the private key is PKCS #8 in PEM. */
export interface AgentIdentity {
  readonly agentId: string
  readonly privateKey: string
}

/** Limits of one call. */
export interface AgentCall {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 30_000
/** How much longer than asked for a long poll may take before the hub counts as gone. */
const pollGraceMs = 10_000

/** Spends a connect key and tells the hub the agent's public key; rejects with a HubError. */
export async function enrolAgent(address: HubAddress, request: EnrolRequest): Promise<EnrolReply> {
  const transport = new HubTransport(address)
  try {
    const body = JSON.stringify(request)
    const answer = await transport.post({
      path: '/agents/v1/enrol',
      body,
      headers: () => ({}),
      timeoutMs: defaultTimeoutMs,
    })
    return checked(await bodyOf(answer), (reply: EnrolReply) =>
      [reply.agentId, reply.domainId].every((id) => typeof id === 'string' && id !== ''),
    )
  } finally {
    transport.close()
  }
}

/** The agents' protocol; every request is signed, and every failure is a HubError. */
export class AgentClient {
  readonly #agentId: string
  readonly #sign: (parts: SignedParts) => string
  readonly #transport: HubTransport
  readonly #clock: Clock

  /** Throws when the address or the key cannot be used. */
  constructor(address: HubAddress, identity: AgentIdentity, clock: Clock = systemClock) {
    this.#clock = clock
    this.#agentId = identity.agentId
    this.#sign = requestSigner(identity.privateKey)
    this.#transport = new HubTransport(address)
  }

  /** Asks for the import lease, or renews it. */
  async importLease(request: ImportLeaseRequest, call: AgentCall = {}): Promise<ImportLease> {
    const reply = await this.#post('/agents/v1/import/lease', request, call)
    return checked(
      reply,
      (lease: ImportLease) => isAssignment(lease) && lease.leaseMs > 0 && Array.isArray(lease.wantedGuids),
    )
  }

  /** Posts one batch of a read. */
  async postRead(batch: ReadBatch, call: AgentCall = {}): Promise<ReadReply> {
    const reply = await this.#post('/agents/v1/import/read', batch, call)
    return checked(reply, ({ accepted, wantedGuids }: ReadReply) => {
      return typeof accepted === 'boolean' && Array.isArray(wantedGuids)
    })
  }

  /** Asks for work and waits as long as the request says. */
  async requestWork(request: WorkRequest, call: AgentCall = {}): Promise<WorkReply> {
    const timeoutMs = request.waitMs + pollGraceMs
    const reply = await this.#post('/agents/v1/work', request, { timeoutMs, ...call })
    return checked(reply, (work: WorkReply) => isAssignment(work) && Array.isArray(work.items))
  }

  /** Reports what became of work; a hub of an earlier version answers nothing. */
  async reportWork(report: WorkReport, call: AgentCall = {}): Promise<WorkReportReply | undefined> {
    const reply = await this.#post('/agents/v1/work/report', report, call)
    if (reply === undefined) return undefined
    return checked(reply, ({ primary }: WorkReportReply) => typeof primary === 'boolean')
  }

  /** Hands in log lines while somebody looks. */
  async sendLog(report: AgentLogReport, call: AgentCall = {}): Promise<AgentLogReply> {
    const reply = await this.#post('/agents/v1/log', report, call)
    return checked(reply, ({ wanted }: AgentLogReply) => typeof wanted === 'boolean')
  }

  /** Asks what the hub knows of this agent; changes nothing. */
  async selfCheck(request: SelfCheckRequest, call: AgentCall = {}): Promise<SelfCheckReply> {
    const reply = await this.#post('/agents/v1/self-check', request, call)
    return checked(reply, ({ offeredVersion, settings }: SelfCheckReply) => {
      return typeof offeredVersion === 'string' && typeof settings === 'object'
    })
  }

  /** Tells the key that passwords for this agent are sealed with; the same again changes nothing. */
  async publishSealingKey(notice: SealingKeyNotice, call: AgentCall = {}): Promise<void> {
    await this.#post('/agents/v1/sealing-key', notice, call)
  }

  /** Asks for sign-ins to check and waits as long as the request says. */
  async requestSignInChecks(request: SignInCheckRequest, call: AgentCall = {}): Promise<SignInCheckReply> {
    const timeoutMs = request.waitMs + pollGraceMs
    const reply = await this.#post('/agents/v1/sign-in-checks', request, { timeoutMs, ...call })
    return checked(reply, ({ items }: SignInCheckReply) => Array.isArray(items))
  }

  /** Says what the domain said of sign-ins. */
  async answerSignInChecks(answers: SignInAnswers, call: AgentCall = {}): Promise<void> {
    await this.#post('/agents/v1/sign-in-checks/answers', answers, call)
  }

  /** Names objects whose password changed and asks which of them are wanted, and how. */
  async askCaptures(question: CaptureQuestion, call: AgentCall = {}): Promise<CaptureOrders> {
    const reply = await this.#post('/agents/v1/captures/orders', question, call)
    return checked(reply, ({ publicKey, ways, wantedGuids, heldGuids }: CaptureOrders) => {
      return typeof publicKey === 'string' && [ways, wantedGuids, heldGuids].every((list) => Array.isArray(list))
    })
  }

  /** Hands in captured passwords, sealed or hashed. */
  async reportCaptures(report: CaptureReport, call: AgentCall = {}): Promise<CaptureReply> {
    const reply = await this.#post('/agents/v1/captures', report, call)
    return checked(reply, ({ outcomes }: CaptureReply) => Array.isArray(outcomes))
  }

  /** Drops kept connections. */
  close(): void {
    this.#transport.close()
  }

  async #post(path: string, value: object, call: AgentCall): Promise<unknown> {
    // As bytes at once: of a text they would be made to sign it, to count them and to send it.
    const body = Buffer.from(JSON.stringify(value))
    const headers = (): Record<string, string> => {
      const date = this.#clock.now().toISOString()
      const nonce = newNonce()
      return {
        [agentHeaders.id]: this.#agentId,
        [agentHeaders.date]: date,
        [agentHeaders.nonce]: nonce,
        [agentHeaders.signature]: this.#sign({ method: 'POST', path, date, nonce, body }),
      }
    }
    const { signal, timeoutMs = defaultTimeoutMs } = call
    return bodyOf(await this.#transport.post({ path, body, headers, timeoutMs, signal }))
  }
}

async function bodyOf({ status, retryAfter, text }: HubAnswer): Promise<unknown> {
  if (status < 200 || status > 299) {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
    const hasBody = text !== '' && status >= 200
    throw await hubErrorOf(new Response(hasBody ? text : null, { status: Math.max(status, 200), headers }))
  }
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw unexpected(cause)
  }
}

/** The hub is trusted once its certificate is verified; this tells its answers from those of another program. */
function checked<Reply>(value: unknown, isSound: (reply: Reply) => boolean): Reply {
  if (typeof value === 'object' && value !== null && isSound(value as Reply)) return value as Reply
  throw unexpected(undefined)
}

function isAssignment({ role, epoch, settings }: Pick<WorkReply, 'role' | 'epoch' | 'settings'>): boolean {
  if (!['primary', 'standby', 'paused'].includes(role) || !Number.isInteger(epoch)) return false
  if (typeof settings !== 'object') return false
  const { baseDn, rootDn, integrationGroupDn, userContainerDn, groupContainerDn } = settings
  return [baseDn, rootDn, integrationGroupDn, userContainerDn, groupContainerDn].every((dn) => typeof dn === 'string')
}

function unexpected(cause: unknown): HubError {
  const detail = 'The answer is not one of a hub. Check the address of the hub, and that hub and agent fit together.'
  return new HubError({ status: 0, code: 'unexpected_answer', detail, cause })
}
