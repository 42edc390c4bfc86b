import Type from 'typebox'
import type { SshKeyService } from '../../directory/users/ssh-keys.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { IdPath } from './object-id.ts'

const Text = Type.Union([Type.String(), Type.Null()])
const SshKeyBody = Type.Object({ name: Type.Optional(Text), public_key: Type.Optional(Text) })

/** A user's public keys. */
export function sshKeyRoutes(keys: SshKeyService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/systemusers/:id/sshkeys',
      summary: 'List the public SSH keys of a user',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: IdPath,
      handle: async ({ actor, params }) => ({ body: await keys.list(actor, params.id) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/systemusers/:id/sshkeys',
      summary: 'Add a public SSH key to a user',
      access: { scheme: 'administrator', permission: 'users.write' },
      params: IdPath,
      body: SshKeyBody,
      async handle(request) {
        const { name, public_key: publicKey } = request.body
        const key = { name: name ?? '', publicKey: publicKey ?? '' }
        return { body: await keys.add(originOf(request), request.params.id, key) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/systemusers/:systemuser_id/sshkeys/:id',
      summary: 'Take a public SSH key from a user',
      access: { scheme: 'administrator', permission: 'users.write' },
      params: Type.Object({ systemuser_id: Type.String(), id: Type.String() }),
      async handle(request) {
        await keys.remove(originOf(request), request.params.systemuser_id, request.params.id)
        return { body: 'OK' }
      },
    }),
  ]
}
