// A user of the hub with a password, and with sessions in the portal of users.
import { createHash, randomBytes } from 'node:crypto'
import { type Answer, json } from './http-call.ts'
import type { HubInProcess, Session } from './hub-in-process.ts'

export interface PortalPerson {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly password: string
}

/** Makes an activated user with a password. */
export async function portalPerson(hub: HubInProcess, fields: object = {}): Promise<PortalPerson> {
  const username = `p${randomBytes(6).toString('hex')}`
  const email = `${username}@example.com`
  const password = newPassword()
  const user = await hub.must('POST', '/api/systemusers', { username, email, password, ...fields })
  return { id: user._id, username, email, password }
}

/** A password that every policy takes. */
export function newPassword(): string {
  return `Aa1!${randomBytes(12).toString('hex')}`
}

/** Tries to sign in, as a browser does. */
export function tryPortal(hub: HubInProcess, name: string, password: string): Promise<Answer> {
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' }
  const call = json({ name, password })
  return hub.caller.call({
    method: 'POST',
    path: '/portal/v1/session',
    ...call,
    headers: { ...call.headers, ...headers },
  })
}

/** Signs in; throws unless it succeeds. */
export async function signInToPortal(hub: HubInProcess, { username, password }: PortalPerson): Promise<Session> {
  return portalSessionOf(await tryPortal(hub, username, password))
}

/** The session that an answer hands to the browser. */
export function portalSessionOf(answer: Answer): Session {
  const cookie = String(answer.headers['set-cookie']?.[0]).split(';', 1).join('')
  if (answer.status !== 200 || !/^lockstep_portal=./.test(cookie)) throw new Error(`no session: ${answer.text}`)
  return { cookie, csrfToken: String(answer.body.csrfToken) }
}

/** Puts a link of a mail into the database, as the mail room makes them; answers its token. */
export async function plantLink(
  { database }: HubInProcess,
  { userId, purpose, hours = 1 }: { readonly userId: string; readonly purpose: string; readonly hours?: number },
): Promise<string> {
  const token = `link_${randomBytes(32).toString('base64url')}`
  await database.execute({
    text: `insert into user_links (user_id, purpose, token_hash, created, expires)
      values ($1, $2, $3, now(), now() + $4 * interval '1 hour')
      on conflict (user_id, purpose) do update set token_hash = excluded.token_hash, created = excluded.created,
        expires = excluded.expires`,
    values: [userId, purpose, createHash('sha256').update(token).digest('hex'), hours],
  })
  return token
}
