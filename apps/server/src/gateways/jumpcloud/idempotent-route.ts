import { AppError } from '@lockstep/contract/app-error'
import type { Json } from '@lockstep/kernel/json'
import type { IdempotencyService } from '../../directory/access/idempotency.service.ts'
import type { Route, RouteReply } from '../../platform/http/route.ts'

const keyForm = /^[\x21-\x7e]{1,255}$/

/** Carries an answer that is a refusal out of the work, for such a request may be tried again. */
class Refused extends Error {
  readonly reply: RouteReply
  constructor(reply: RouteReply) {
    super('the request was refused')
    this.reply = reply
  }
}

/** A route that does a request with an Idempotency-Key once; without the header, and for other methods than POST, nothing changes. */
export function idempotentRoute(route: Route, idempotency: IdempotencyService): Route {
  if (route.method !== 'POST') return route
  return {
    ...route,
    async handle(request) {
      const key = request.headers['idempotency-key']
      if (key === undefined || key === '') return route.handle(request)
      if (typeof key !== 'string' || !keyForm.test(key))
        throw new AppError('invalid_request', {
          field: 'idempotency-key',
          detail: 'idempotency-key: must be 1 to 255 visible ASCII characters.',
        })
      const { actor, rawBody, url } = request
      const operation = `POST ${url}`
      try {
        const { answer, isRepeated } = await idempotency.once(
          { actorId: actor.id, operation, key, content: rawBody },
          async () => {
            const reply = await route.handle(request)
            if ((reply.status ?? 200) >= 400) throw new Refused(reply)
            return reply as unknown as Json
          },
        )
        const reply = answer as unknown as RouteReply
        return isRepeated ? { ...reply, headers: { ...reply.headers, 'idempotency-replayed': 'true' } } : reply
      } catch (error) {
        if (error instanceof Refused) return error.reply
        throw error
      }
    },
  }
}
