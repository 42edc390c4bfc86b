// The whole hub in this process, with an integration of a profile and a client that speaks the protocol.
import assert from 'node:assert/strict'
import type { HubInProcess } from './hub-in-process.ts'
import type { Answer } from './http-call.ts'

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const scimType = 'application/scim+json'

/** A client with a token. */
export interface ScimClient {
  readonly integrationId: string
  readonly token: string
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** As `send`, and throws unless it succeeds; answers the body. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  must(method: string, path: string, body?: unknown): Promise<any>
  /** Sends operations. */
  patch(path: string, ...operations: readonly object[]): Promise<Answer>
  /** Makes a user of this name. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  user(userName: string, more?: object): Promise<any>
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  group(displayName: string, more?: object): Promise<any>
  /** The ids that a filter finds. */
  found(endpoint: string, filter: string): Promise<readonly string[]>
}

let made = 0

/** Makes an integration with these settings, and a client with its token. */
export async function scimClient(hub: HubInProcess, settings: object = {}): Promise<ScimClient> {
  made += 1
  const wanted = { name: `client ${made}`, ...settings }
  const { id } = (await hub.must('POST', '/hub/v1/scim-integrations', wanted)) as { readonly id: string }
  const path = `/hub/v1/scim-integrations/${id}/tokens`
  const { secret } = (await hub.must('POST', path, {})) as { readonly secret: string }
  return clientWith(hub, id, secret)
}

/** A client with a token or key. */
export function clientWith(hub: HubInProcess, integrationId: string, token: string): ScimClient {
  const send: ScimClient['send'] = (method, path, body, headers = {}) =>
    hub.caller.call({
      method,
      path: `/scim/v2${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': scimType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const must: ScimClient['must'] = async (method, path, body) => {
    const answer = await send(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body as unknown
  }
  return {
    integrationId,
    token,
    send,
    must,
    patch: (path, ...operations) => send('PATCH', path, { schemas: [patchUrn], Operations: operations }),
    user: (userName, more = {}) =>
      must('POST', '/Users', {
        schemas: [userUrn],
        userName,
        emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
        ...more,
      }),
    group: (displayName, more = {}) => must('POST', '/Groups', { schemas: [groupUrn], displayName, ...more }),
    async found(endpoint, filter) {
      const path = `/${endpoint}?filter=${encodeURIComponent(filter)}`
      const { Resources } = (await must('GET', path)) as { readonly Resources: readonly { readonly id: string }[] }
      return Resources.map(({ id }) => id)
    },
  }
}

/** Expects a refusal in the protocol's words, with its keyword where it has one. */
export async function refused(answer: Promise<Answer>, status: number, keyword?: string): Promise<void> {
  const { status: was, headers, text, ...rest } = await answer
  const { schemas, status: told, scimType: said } = rest.body as Record<string, unknown>
  const expected = [status, ['urn:ietf:params:scim:api:messages:2.0:Error'], String(status), keyword, scimType]
  assert.deepEqual([was, schemas, told, said, headers['content-type']], expected, text)
}
