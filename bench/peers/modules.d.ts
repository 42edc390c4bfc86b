// What the servers beside this file use of packages that are installed only for measuring, so that types do not depend on whether they are.

declare module 'express' {
  import type { RequestListener, Server } from 'node:http'
  interface Application {
    use(path: string, handler: RequestListener): void
    listen(port: number, host: string, listening: () => void): Server
  }
  export default function express(): Application
}

declare module 'scimmy' {
  type Comparison = readonly [operator: string, value: string]
  /** Of each expression, the attributes that it compares; of lists of objects, those of their parts. */
  export type Filter = readonly {
    readonly userName?: Comparison
    readonly emails?: { readonly value?: Comparison }
  }[] & { match<T>(values: readonly T[]): T[] }
  export interface Resource {
    readonly id?: string
    readonly filter?: Filter
    constraints?: { readonly startIndex?: number; readonly count?: number; readonly totalResults?: number }
  }
  interface Declared {
    ingress(handler: (resource: Resource, sent: Record<string, unknown>) => object): Declared
    egress(handler: (resource: Resource) => unknown): Declared
    degress(handler: () => void): Declared
  }
  const SCIMMY: {
    readonly Resources: { readonly User: object; declare(type: object): Declared }
    readonly Types: { readonly Error: new (status: number, scimType: string | null, detail: string) => Error }
  }
  export default SCIMMY
}

declare module 'scimmy-routers' {
  import type { IncomingMessage, ServerResponse } from 'node:http'
  interface Options {
    readonly type: 'bearer'
    handler(request: { header(name: string): string | undefined }): string
  }
  const SCIMMYRouters: new (options: Options) => (request: IncomingMessage, response: ServerResponse) => void
  export default SCIMMYRouters
}

declare module '@better-auth/scim' {
  export function scim(options: object): object
}

declare module 'better-auth' {
  export interface Auth {
    handler(request: Request): Promise<Response>
  }
  export function betterAuth(options: object): Auth
}

declare module 'better-auth/db/migration' {
  export function getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }>
}

declare module 'better-auth/node' {
  import type { RequestListener } from 'node:http'
  import type { Auth } from 'better-auth'
  export function toNodeHandler(auth: Auth): RequestListener
}
