// The one HTTP port. Every gateway hands in its routes as data; this file gives each of them the same treatment, in this order:
// authenticate, check the permission, read and check the input, call the handler, send the answer, or let the gateway word the refusal.
import { newUuid } from '@lockstep/kernel/ids'
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Problem } from '@lockstep/contract/problem'
import cookie from '@fastify/cookie'
import type { Socket } from 'node:net'
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Log } from '../log/log.ts'
import { parseJsonBody } from './json-body.ts'
import { renderProblem } from './problem-reply.ts'
import type { Gateway, IncomingRequest, Route, RouteReply } from './route.ts'
import { compileValidator, refuseUnstorableText, type Validate } from './validation.ts'

/** Who a request comes from, by scheme; undefined: nobody we know. A refusal (CSRF, throttling) is thrown. */
export interface Authenticators {
  readonly administrator: (request: IncomingRequest) => Promise<Actor | undefined>
  readonly agent: (request: IncomingRequest) => Promise<Actor | undefined>
  readonly user: (request: IncomingRequest) => Promise<Actor | undefined>
}

export interface HttpServerOptions {
  readonly gateways: readonly Gateway[]
  readonly authenticators: Authenticators
  readonly log: Log
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  readonly trustedProxy?: string
  /** Counts a finished request; the path is the route's template, never what was sent. */
  readonly observe?: (request: { method: string; route: string; status: number; seconds: number }) => void
}

/** The HTTP server; `stop` lets requests in flight finish and ends long polls and event streams. */
export interface HttpServer {
  readonly fastify: FastifyInstance
  readonly gateways: readonly Gateway[]
  stop(): Promise<void>
}

const defaultBodyLimitBytes = 1_048_576
/** How long requests in flight may hold the end; whoever sends more slowly is cut off. */
const stopLimitMs = 5_000
const sweepEveryMs = 20
const nobody: Actor = { kind: 'system', id: 'nobody', name: 'nobody', permissions: new Set() }

/** Builds the server without listening yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const stopping = new AbortController()
  const app = fastify({
    loggerInstance: options.log as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // A child log a request would set up redaction anew each time; the request's id is logged where it matters.
    childLoggerFactory: (logger) => logger,
    bodyLimit: defaultBodyLimitBytes,
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: false, maxParamLength: 500 },
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: () => newUuid(),
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => {
      for (const [name, value] of Object.entries(commonHeaders(request.id))) reply.header(name, value)
      const render = gatewayOf(options.gateways, request.url)?.renderError ?? renderProblem
      void send(reply, render(fromFramework(error), request.id))
    },
    ...(options.trustedProxy === undefined ? {} : { trustProxy: options.trustedProxy }),
    ...(options.tls === undefined ? {} : { https: options.tls }),
  }) as unknown as FastifyInstance
  await app.register(cookie)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  setCommonHeaders(app)
  if (options.observe) observeRequests(app, options.observe)

  for (const gateway of options.gateways)
    for (const route of gateway.routes) mount(app, { gateway, route, stopping: stopping.signal, options })

  app.setNotFoundHandler(async (request, reply) => {
    const render = gatewayOf(options.gateways, request.url)?.renderError ?? renderProblem
    return send(reply, render(new AppError('route_not_found', { field: 'path' }), request.id))
  })
  app.setErrorHandler(async (error: unknown, request, reply) => {
    const gateway = gatewayOf(options.gateways, request.url)
    const refusal = fromFramework(error)
    if (!(refusal instanceof AppError)) request.log.error({ err: refusal, requestId: request.id }, 'request failed')
    else await tellTurnedAway(gateway, incomingRequest(request, reply, stopping.signal), { refusal, log: options.log })
    return send(reply, (gateway?.renderError ?? renderProblem)(refusal, request.id))
  })
  return {
    fastify: app,
    gateways: options.gateways,
    async stop() {
      stopping.abort(hubStops)
      // A connection that was busy when closing began turns idle later, and would hold the end for the whole keep-alive time.
      const sweeping = setInterval(() => app.server.closeIdleConnections(), sweepEveryMs)
      const lastCall = setTimeout(() => app.server.closeAllConnections(), stopLimitMs)
      await app.close().finally(() => {
        clearInterval(sweeping)
        clearTimeout(lastCall)
      })
    },
  }
}

/** Tells the gateway of a refused request; the refusal goes out even if that fails. */
async function tellTurnedAway(
  gateway: Gateway | undefined,
  request: IncomingRequest,
  { refusal, log }: { readonly refusal: AppError; readonly log: Log },
): Promise<void> {
  try {
    await gateway?.turnedAway?.(request, refusal)
  } catch (error) {
    log.warn(
      { err: error, requestId: request.requestId },
      'a refused request could not be told to the log of its integration',
    )
  }
}

/** The gateway that words the refusal of an address. */
function gatewayOf(gateways: readonly Gateway[], url: string): Gateway | undefined {
  const path = url.toLowerCase()
  return gateways
    .flatMap((gateway) => gateway.prefixes.map((prefix) => ({ gateway, prefix })))
    .filter(({ prefix }) => path.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.gateway
}

function commonHeaders(requestId: string): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-request-id': requestId,
    'cache-control': 'no-store',
  }
}

function setCommonHeaders(app: FastifyInstance): void {
  // With a callback: a promise for every hook of every answer is a good part of a small request.
  app.addHook('onSend', (request, reply, payload, done) => {
    const headers = commonHeaders(request.id)
    for (const name in headers) if (!reply.hasHeader(name)) reply.header(name, headers[name])
    done(null, payload)
  })
}

/** Answers bytes that Node could not read as a request; there is no address yet, so the refusal is worded our own way. */
function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The address and the headers are too long together.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not arrive in time.']
        : ['400 Bad Request', 'This is no HTTP request.']
  const requestId = newUuid()
  const [code = '', ...title] = status.split(' ')
  const problem: Problem = {
    type: 'about:blank',
    title: title.join(' '),
    status: Number(code),
    code: 'invalid_request',
    detail,
    field: 'request',
    requestId,
  }
  const content = JSON.stringify(problem)
  const headers = {
    ...commonHeaders(requestId),
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(content)),
    connection: 'close',
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status}`, ...head, '', content].join('\r\n'))
}

function observeRequests(app: FastifyInstance, observe: NonNullable<HttpServerOptions['observe']>): void {
  app.addHook('onResponse', (request, reply, done) => {
    observe({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
    done()
  })
}

/** Turns what the framework itself refuses (size, media type, bad paths) into our codes. */
function fromFramework(error: unknown): unknown {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('payload_too_large', { field: 'body' })
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new AppError('invalid_request', { field: 'path', detail: 'path: is too long or not percent-encoded UTF-8.' })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new AppError('unsupported_media_type', { field: 'content-type' })
  if (error instanceof AppError || statusCode === undefined || statusCode >= 500) return error
  return new AppError('invalid_request', { field: 'request', cause: error })
}

interface MountOptions {
  readonly gateway: Gateway
  readonly route: Route
  readonly stopping: AbortSignal
  readonly options: HttpServerOptions
}

interface Validators {
  readonly params: Validate
  readonly query: Validate
  readonly body: Validate
}

const passThrough: Validate = (value) => value

function validatorsOf({ gateway, route }: MountOptions): Validators {
  const { tolerant } = gateway
  return {
    params: route.params ? compileValidator(route.params, 'params', { convert: true, tolerant: false }) : passThrough,
    query: route.query ? compileValidator(route.query, 'query', { convert: true, tolerant }) : passThrough,
    body: route.body ? compileValidator(route.body, 'body', { convert: tolerant, tolerant }) : passThrough,
  }
}

function mount(app: FastifyInstance, mounted: MountOptions): void {
  const { gateway, route, options } = mounted
  const validators = validatorsOf(mounted)
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimitBytes ?? defaultBodyLimitBytes,
    handler: async (request, reply) => {
      const incoming = incomingRequest(request, reply, mounted.stopping)
      try {
        const actor = await authorizedActor(route, incoming, options.authenticators).catch(async (error: unknown) => {
          if (error instanceof AppError) await tellTurnedAway(gateway, incoming, { refusal: error, log: options.log })
          throw error
        })
        const input = {
          actor,
          params: validators.params(request.params) as never,
          query: validators.query(request.query) as never,
          body: validators.body(readBody(incoming, route, gateway)) as never,
        }
        const answer = await route.handle(Object.assign(incoming, input))
        return await send(reply, answer)
      } catch (error) {
        if (!(error instanceof AppError))
          request.log.error({ err: error, requestId: request.id, route: route.path }, 'request failed')
        return await send(reply, gateway.renderError(error, request.id))
      }
    },
  })
}

function readBody(request: IncomingRequest, route: Route, gateway: Gateway): unknown {
  if (route.body === undefined || request.rawBody.length === 0) return undefined
  const type = String(request.headers['content-type'] ?? '').toLowerCase()
  const isJson = type.startsWith('application/json') || type.includes('+json')
  if (!isJson && !gateway.tolerant) throw new AppError('unsupported_media_type', { field: 'content-type' })
  const body = parseJsonBody(request.rawBody)
  // Only an escape can write what cannot be stored: the bytes are UTF-8, and JSON allows no bare control character.
  if (request.rawBody.includes('\\u')) refuseUnstorableText(body, 'body')
  return body
}

async function authorizedActor(route: Route, request: IncomingRequest, authenticators: Authenticators): Promise<Actor> {
  if (route.access.scheme === 'public') return nobody
  const actor = await authenticators[route.access.scheme](request)
  if (actor === undefined) throw new AppError('unauthenticated')
  if (route.access.scheme === 'administrator') {
    const { permission } = route.access
    if (permission !== undefined && !actor.permissions.has(permission))
      throw new AppError('forbidden', {
        detail: `This needs the permission ${permission}, which your role does not have.`,
      })
  }
  return actor
}

function incomingRequest(request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal): IncomingRequest {
  let signal: AbortSignal | undefined
  return {
    method: request.method,
    url: request.url,
    headers: request.headers,
    cookies: request.cookies,
    ip: request.ip,
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    requestId: request.id,
    // Made when first asked for: few handlers wait, and a signal costs more than the rest of a small request.
    get signal() {
      signal ??= endOf(reply, stopping)
      return signal
    },
  }
}

const clientGone = new Error('the client went away')
const hubStops = new Error('the hub stops')

/** Aborts when the client goes away or the hub stops. */
function endOf(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController()
  if (reply.raw.destroyed) gone.abort(clientGone)
  else reply.raw.once('close', () => gone.abort(clientGone))
  return AbortSignal.any([gone.signal, stopping])
}

async function send(reply: FastifyReply, answer: RouteReply): Promise<FastifyReply> {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (answer.stream) return stream(reply, answer.stream)
  reply.code(answer.status ?? 200)
  if (answer.text) {
    const { contentType, content } = answer.text
    // To text the framework adds a charset, which clients of some protocols do not expect.
    return reply.type(contentType).send(contentType.endsWith('+json') ? Buffer.from(content) : content)
  }
  if (answer.body === undefined) return reply.send()
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body))
}

/** Server-sent events: the reply stays open until the client goes away or the hub stops. */
async function stream(reply: FastifyReply, run: NonNullable<RouteReply['stream']>): Promise<FastifyReply> {
  const gone = new AbortController()
  reply.hijack()
  const raw = reply.raw
  raw.once('close', () => gone.abort(clientGone))
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // Kept alive, the connection of a stream that ends while the hub stops would hold the hub for another minute.
    connection: 'close',
  })
  raw.write(': open\n\n')
  try {
    await run((chunk) => void raw.write(chunk), gone.signal)
  } finally {
    raw.end()
  }
  return reply
}
