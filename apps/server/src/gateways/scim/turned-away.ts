// Requests that are refused because of who sent them, or that are too large to be read: they stand in the log of the integration whose token it was, and in that of the built-in
// one where nobody knows. Neither credentials nor bodies of strangers are kept, and so few rows that nobody fills the disk with them.
import type { Clock } from '@lockstep/kernel/clock'
import { isId } from '@lockstep/kernel/ids'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import { headerText } from '../../platform/http/header-text.ts'
import type { Gateway, IncomingRequest } from '../../platform/http/route.ts'
import { failureWords } from './request-words.ts'
import { errorMessage } from './scim-error.ts'

export interface TurnedAwayOptions {
  readonly integrations: Pick<IntegrationService, 'explainRefusal'>
  readonly requestLog: Pick<RequestLog, 'note'>
  readonly clock: Clock
}

/** Of each integration and kind of refusal: so many rows at once, and one more after each pause. */
const rowsAtOnce = 10
const pauseMs = 60_000
const knownSegment = /^(users|groups|me|bulk|schemas|resourcetypes|serviceproviderconfig|\.search|v2)$/i

interface Allowance {
  readonly rows: number
  readonly atMs: number
  /** Requests since the last row that have none of their own. */
  readonly unkept: number
}

/** Tells the log of such requests. */
export function createTurnedAway({
  integrations,
  requestLog,
  clock,
}: TurnedAwayOptions): NonNullable<Gateway['turnedAway']> {
  const allowances = new Map<string, Allowance>()
  /** How many came unkept before this one, which has a row; undefined when it has none. */
  const admit = (of: string): number | undefined => {
    const nowMs = clock.now().getTime()
    const { rows, atMs, unkept } = allowances.get(of) ?? { rows: rowsAtOnce, atMs: nowMs, unkept: 0 }
    const more = Math.max(0, Math.floor((nowMs - atMs) / pauseMs))
    const free = Math.min(rowsAtOnce, rows + more)
    const next = { atMs: rows === rowsAtOnce ? nowMs : atMs + more * pauseMs }
    allowances.set(of, free === 0 ? { ...next, rows: 0, unkept: unkept + 1 } : { ...next, rows: free - 1, unkept: 0 })
    return free === 0 ? undefined : unkept
  }
  return async (request, error) => {
    const { integrationId, prefix, words } = await integrations.explainRefusal(credentialOf(request))
    const unkept = admit(`${integrationId} ${error.kind}`)
    if (unkept === undefined) return
    const others = unkept === 0 ? '' : ` ${unkept} more like it before were not kept.`
    const { status, body } = errorMessage(error)
    requestLog.note({
      integrationId,
      at: clock.now(),
      method: request.method,
      path: pathOf(request),
      status,
      outcome: 'refused',
      words: (error.kind === 'unauthenticated' ? words : failureWords({ status, body })) + others,
      ...{ subjectKind: null, subjectId: null, subject: '', keys: [] },
      ...{ requestBody: undefined, responseBody: body, isRead: false, replayOf: null, durationMs: 0 },
      client: `${headerText(request, 'user-agent').slice(0, 150)} from ${request.ip}`.trim(),
      actor: prefix,
      correlationId: request.requestId,
    })
  }
}

function credentialOf(request: IncomingRequest): string {
  const text = headerText(request, 'authorization')
  return (/^bearer +(\S+)$/i.exec(text)?.[1] ?? text) || headerText(request, 'x-api-key')
}

/** The address without what a stranger may have put into it. */
function pathOf({ url }: IncomingRequest): string {
  const [path = ''] = url.split('?', 1)
  const segments = path
    .replace(/^\/scim(\/v2(?=\/|$))?/i, '')
    .split('/')
    .filter(Boolean)
  return `/${segments
    .slice(0, 4)
    .map((segment) => (knownSegment.test(segment) || isId(segment) ? segment : '…'))
    .join('/')}`
}
