// A user's public keys one by one, over the list that stands in the user: changes go through the user's own rules and journal.
import { AppError } from '@lockstep/contract/app-error'
import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { sshKeyIdentity } from './ssh-key.rules.ts'
import type { User } from './user.rules.ts'
import type { UserService } from './user.service.ts'

/** Keys as JumpCloud shows them: `_id`, `name`, `public_key`, `create_date`. Refusals are AppErrors. */
export interface SshKeyService {
  list(actor: Actor, userId: string): Promise<readonly JsonObject[]>
  add(origin: ChangeOrigin, userId: string, key: { name: string; publicKey: string }): Promise<JsonObject>
  remove(origin: ChangeOrigin, userId: string, keyId: string): Promise<void>
}

export interface SshKeyOptions {
  readonly users: Pick<UserService, 'change' | 'findMany'>
  readonly clock: Clock
}

const attempts = 20

export function createSshKeyService({ users, clock }: SshKeyOptions): SshKeyService {
  const find = async (id: string): Promise<User> => {
    const [user] = await users.findMany([parseId(id) ?? ''])
    if (user === undefined) throw new AppError('not_found', { field: 'id' })
    return user
  }
  const replace = async (
    origin: ChangeOrigin,
    userId: string,
    decide: (keys: readonly JsonObject[]) => readonly JsonObject[],
  ): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const user = await find(userId)
      try {
        await users.change(origin, userId, { input: { ssh_keys: decide(keysOf(user)) }, revision: user.revision })
        return
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'revision_changed' || attempt >= attempts) throw error
      }
    }
  }
  return {
    async list(actor, userId) {
      requirePermission(actor, 'users.read')
      return keysOf(await find(userId))
    },
    async add(origin, userId, { name, publicKey }) {
      requirePermission(origin.actor, 'users.write')
      const now = clock.now()
      const key = { _id: newId(now.getTime()), name, public_key: publicKey, create_date: now.toISOString() }
      const identity = sshKeyIdentity(publicKey)
      if (identity === undefined)
        throw refusal('public_key', 'must be a public SSH key such as "ssh-ed25519 AAAA… name".')
      if (name.trim() === '') throw refusal('name', 'is required.')
      await replace(origin, userId, (keys) => {
        if (keys.some((other) => other['public_key'] === publicKey || identityOf(other) === identity))
          throw refusal('public_key', 'the user has this key already.')
        return [...keys, key]
      })
      return key
    },
    async remove(origin, userId, keyId) {
      requirePermission(origin.actor, 'users.write')
      const wanted = parseId(keyId)
      await replace(origin, userId, (keys) => {
        const left = keys.filter((key) => key['_id'] !== wanted)
        if (left.length === keys.length) throw new AppError('not_found', { field: 'id' })
        return left
      })
    },
  }
}

function keysOf(user: User): readonly JsonObject[] {
  const rows = user.attributes['ssh_keys']
  return Array.isArray(rows) ? (rows as readonly Json[]).filter(isJsonObject) : []
}

function identityOf(key: JsonObject): string | undefined {
  const text = key['public_key']
  return typeof text === 'string' ? sshKeyIdentity(text) : undefined
}

function refusal(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}
