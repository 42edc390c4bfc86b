import type { AppError } from '@lockstep/contract/app-error'
import type { Actor, Permission } from '@lockstep/contract/access'
import type { Static, TSchema } from 'typebox'

/** Who may call a route. `administrator` without a permission: any signed-in administrator; `user`: any, about themselves. */
export type RouteAccess =
  | { readonly scheme: 'public' }
  | { readonly scheme: 'administrator'; readonly permission?: Permission }
  | { readonly scheme: 'user' }
  | { readonly scheme: 'agent' }

/** The raw facts of a request that an authenticator looks at. */
export interface IncomingRequest {
  readonly method: string
  /** Path with query, as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly ip: string
  readonly rawBody: Buffer
  readonly requestId: string
  /** Aborts when the client goes away or the hub stops. */
  readonly signal: AbortSignal
}

/** What a handler gets: everything checked already. */
export interface RouteRequest<Params, Query, Body> extends IncomingRequest {
  readonly actor: Actor
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

/** What a handler answers. `text` goes out as it is; `stream` writes server-sent events until the signal aborts. */
export interface RouteReply {
  readonly status?: number
  readonly body?: unknown
  readonly text?: { readonly contentType: string; readonly content: string }
  readonly stream?: (write: (chunk: string) => void, signal: AbortSignal) => Promise<void>
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

/** One route as the HTTP server keeps it; the authorization test, the fuzzer and the OpenAPI document walk these. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  readonly path: string
  readonly summary: string
  readonly access: RouteAccess
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  readonly bodyLimitBytes?: number
  /** Shape of the success answer, for the OpenAPI document. */
  readonly reply?: { readonly status: number; readonly schema?: TSchema }
  readonly handle: (request: RouteRequest<never, never, never>) => Promise<RouteReply>
}

type StaticOr<T> = T extends TSchema ? Static<T> : undefined

/** Declares a route with its handler's types taken from its schemas. */
export function defineRoute<
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
>(
  route: Omit<Route, 'handle' | 'params' | 'query' | 'body'> & {
    readonly params?: Params
    readonly query?: Query
    readonly body?: Body
    readonly handle: (request: RouteRequest<StaticOr<Params>, StaticOr<Query>, StaticOr<Body>>) => Promise<RouteReply>
  },
): Route {
  return route as unknown as Route
}

/** A protocol's rim: its routes under one prefix, how tolerant it is with input, and how it words errors. */
export interface Gateway {
  readonly name: string
  /** Values are converted (text to numbers and back) and unknown fields dropped, instead of being refused. */
  readonly tolerant: boolean
  readonly routes: readonly Route[]
  /** Prefixes whose unknown addresses this gateway answers. */
  readonly prefixes: readonly string[]
  readonly renderError: (error: unknown, requestId: string) => RouteReply
  /** Is told of a request that is refused before its route was asked: because of who sent it, or because it cannot be read. */
  readonly turnedAway?: (request: IncomingRequest, error: AppError) => Promise<void>
}
