// Tells the integration's log what was asked for and what became of it. Writes, failures and refusals are kept; reads that succeed are counted,
// and one now and then is kept as a sample.
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import type { Json } from '@lockstep/kernel/json'
import { addressWithoutSecrets, withoutSecrets } from '../../directory/integrations/redaction.rules.ts'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import { secretNames } from './declared-types.ts'
import { writtenPath } from './request-address.ts'
import { entityNames, failureWords, successWords } from './request-words.ts'
import { errorMessage } from './scim-error.ts'
import { newNotes, type ScimReply, type ScimRequest } from './scim-request.ts'

export interface RecorderOptions {
  readonly requestLog: Pick<RequestLog, 'note' | 'noteRead'>
  readonly clock: Clock
}

/** About whom a request comes, beside what it says. */
export interface Sender {
  /** What the client calls itself. */
  readonly client: string
  readonly replayOf?: string
}

export interface Recorded {
  readonly reply: ScimReply
  /** The row of the log; undefined for a read that was only counted. */
  readonly rowId: string | undefined
}

type Run = (request: ScimRequest) => Promise<ScimReply>

const maxWords = 1_000

/** Carries a request out and tells the log. A refusal is thrown on, unless it is asked to be answered. */
export function createRecorder({ requestLog, clock }: RecorderOptions) {
  const record = async (
    asked: ScimRequest,
    sender: Sender,
    run: Run,
  ): Promise<Recorded & { readonly error?: Error }> => {
    const request: ScimRequest = { ...asked, caller: { ...asked.caller, notes: newNotes() } }
    const at = clock.now()
    const isRead = isReading(request)
    let reply: ScimReply
    let error: Error | undefined
    try {
      reply = await run(request)
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error('a request failed', { cause: thrown })
      const { status, body } = errorMessage(thrown)
      reply = { status, body }
    }
    const isSampled = isRead && requestLog.noteRead(request.caller.integration.id)
    if (isRead && reply.status < 400 && !isSampled) return { reply, rowId: undefined }
    const rowId = requestLog.note({
      ...factsOf(request, reply, isRead),
      ...sentBy(request, sender),
      at,
      durationMs: clock.now().getTime() - at.getTime(),
    })
    return error === undefined ? { reply, rowId } : { reply, rowId, error }
  }
  return {
    /** As the request is run, with its refusal thrown on. */
    async run(request: ScimRequest, sender: Sender, run: Run): Promise<ScimReply> {
      const { reply, error } = await record(request, sender, run)
      if (error !== undefined) throw error
      return reply
    },
    record,
  }
}

export type Recorder = ReturnType<typeof createRecorder>

function isReading({ method, path }: ScimRequest): boolean {
  return method === 'GET' || method === 'OPTIONS' || /\/\.search\/?$/i.test(path)
}

function factsOf(request: ScimRequest, reply: ScimReply, isRead: boolean) {
  const { method, path, query, body, caller } = request
  const secrets = secretNames(caller.declared)
  const isBulk = /^\/bulk\/?$/i.test(path)
  const names = entityNames(request, reply)
  const outcome = outcomeOf(reply, caller.notes.isHeld === true)
  const isDone = outcome === 'done' || outcome === 'held'
  const words = isDone ? successWords(request, reply, names) : failureWords(reply)
  return {
    integrationId: caller.integration.id,
    method,
    path: addressWithoutSecrets(writtenPath(path.slice(0, maxWords)), query, secrets).slice(0, maxWords),
    status: reply.status,
    outcome,
    words: words.slice(0, maxWords),
    subjectKind: names.kind,
    subjectId: parseId(names.id ?? '') ?? null,
    subject: names.name.slice(0, 256),
    keys: names.keys,
    // The operations of a bulk request are rows of their own; answers to reads are what the hub has anyway.
    requestBody: isBulk || body === undefined ? undefined : withoutSecrets(body as Json, secrets),
    responseBody: isBulk || (isRead && isDone) ? undefined : reply.body,
    isRead,
  }
}

function sentBy({ caller }: ScimRequest, { client, replayOf }: Sender) {
  return {
    client: client.slice(0, 200),
    actor: caller.actor.name.slice(0, 200),
    correlationId: caller.origin.correlationId ?? '',
    replayOf: replayOf ?? null,
  }
}

function outcomeOf({ status }: ScimReply, isHeld: boolean): 'done' | 'held' | 'refused' | 'failed' {
  if (status < 400) return isHeld ? 'held' : 'done'
  return status < 500 && status !== 429 ? 'refused' : 'failed'
}
