// The token endpoint of service accounts: client credentials (RFC 6749, section 4.4) and revocation (RFC 7009). Requests are forms;
// the client names itself by HTTP Basic or in the form, not by both.
import { AppError } from '@lockstep/contract/app-error'
import type { ServiceTokenService } from '../../directory/access/service-token.service.ts'
import { errorHeaders, httpStatus, publicError } from '../../platform/http/problem-reply.ts'
import { defineRoute, type Gateway, type IncomingRequest, type RouteReply } from '../../platform/http/route.ts'

type ClientCredentials = Parameters<ServiceTokenService['issue']>[0]

const maxBodyBytes = 16_384
const maxFieldLength = 4_096
const scheme = 'Basic realm="lockstep"'

/** Where programs exchange a client secret for a bearer token. */
export function createOauthGateway({ serviceTokens }: { readonly serviceTokens: ServiceTokenService }): Gateway {
  return {
    name: 'oauth',
    tolerant: true,
    prefixes: ['/oauth2'],
    renderError: renderOauthError,
    routes: [
      defineRoute({
        method: 'POST',
        path: '/oauth2/token',
        summary: 'Exchange a client secret for a bearer token',
        access: { scheme: 'public' },
        bodyLimitBytes: maxBodyBytes,
        async handle(request) {
          const form = formOf(request)
          const client = clientOf(request, form)
          const grant = form.get('grant_type') ?? ''
          if (grant !== 'client_credentials')
            throw refuse('grant_type', grant === '' ? 'is required.' : 'must be client_credentials.')
          const scopes = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
          const {
            token,
            expiresInSeconds,
            scopes: given,
          } = await serviceTokens.issue(client, scopes, sourceOf(request))
          return {
            headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
            body: {
              access_token: token,
              token_type: 'bearer',
              expires_in: expiresInSeconds,
              scope: given === null ? 'api' : given.join(' '),
            },
          }
        },
      }),
      defineRoute({
        method: 'POST',
        path: '/oauth2/revoke',
        summary: 'End a bearer token',
        access: { scheme: 'public' },
        bodyLimitBytes: maxBodyBytes,
        async handle(request) {
          const form = formOf(request)
          const client = clientOf(request, form)
          const token = form.get('token') ?? ''
          if (token === '') throw refuse('token', 'is required.')
          await serviceTokens.revoke(client, token, sourceOf(request))
          return { body: {} }
        },
      }),
    ],
  }
}

function sourceOf({ ip, requestId }: IncomingRequest) {
  return { ip, requestId }
}

/** The fields of the body; one that stands there twice is refused (RFC 6749, section 3.2). */
function formOf({ headers, rawBody }: IncomingRequest): ReadonlyMap<string, string> {
  const type = String(headers['content-type'] ?? '')
  if (rawBody.length > 0 && !/^application\/x-www-form-urlencoded\b/i.test(type))
    throw new AppError('unsupported_media_type', {
      field: 'content-type',
      detail: 'Send the body as application/x-www-form-urlencoded.',
    })
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawBody.toString('utf8'))) {
    const field = name.slice(0, 50)
    if (form.has(name)) throw refuse(field, 'stands there twice.')
    if (value.length > maxFieldLength || value.includes('\u0000')) throw refuse(field, 'is too long or holds NUL.')
    form.set(name, value)
  }
  return form
}

function clientOf({ headers }: IncomingRequest, form: ReadonlyMap<string, string>): ClientCredentials {
  const authorization = headers['authorization']
  const basic = typeof authorization === 'string' ? /^basic +(\S+)$/i.exec(authorization.trim())?.[1] : undefined
  if (basic === undefined) {
    const [clientId, clientSecret] = [form.get('client_id') ?? '', form.get('client_secret') ?? '']
    if (clientId === '' || clientSecret === '') throw unknownClient()
    return { clientId, clientSecret }
  }
  if (form.has('client_secret')) throw refuse('client_secret', 'was sent as HTTP Basic already.')
  const text = Buffer.from(basic, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1 || text.includes('\u0000') || text.length > maxFieldLength) throw unknownClient()
  // Both halves are form-encoded before they are joined (RFC 6749, section 2.3.1); ours need no encoding.
  return { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) }
}

function unknownClient(): AppError {
  return new AppError('unauthenticated', { detail: 'The client is unknown, or its secret is wrong or expired.' })
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}

/** RFC 6749, section 5.2; `message`, `code` and `field` say the same in the words of the other interfaces. */
function renderOauthError(thrown: unknown, requestId: string): RouteReply {
  const error = publicError(thrown)
  const status = httpStatus[error.kind]
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...errorHeaders(error),
      ...(status === 401 ? { 'www-authenticate': scheme } : {}),
    },
    body: {
      error: wordOf(error),
      error_description: error.message,
      message: error.message,
      code: status,
      ...(error.field === undefined ? {} : { field: error.field }),
      requestId,
    },
  }
}

function wordOf({ code, field, message }: AppError): string {
  if (code === 'unauthenticated') return 'invalid_client'
  if (code === 'invalid_request' && field === 'scope') return 'invalid_scope'
  if (code === 'invalid_request' && field === 'grant_type' && message.includes('must be'))
    return 'unsupported_grant_type'
  if (code === 'throttled' || code === 'overloaded') return 'temporarily_unavailable'
  return code === 'internal' || code === 'database_unavailable' ? 'server_error' : 'invalid_request'
}
