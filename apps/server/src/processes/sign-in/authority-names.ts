import { systemActor } from '../../directory/access/access.rules.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'

/** What an outside authority over fields is called. */
export interface AuthorityNames {
  of(authority: { readonly id: string; readonly type: string }): Promise<string>
}

const reader = systemActor('sign-in')
const kinds: Readonly<Record<string, string>> = {
  active_directory: 'Active Directory',
  scim: 'another system',
  federated_identity_provider: 'another identity provider',
}

export function createAuthorityNames(bindings: Pick<BindingService, 'directories'>): AuthorityNames {
  return {
    async of({ id, type }) {
      const directory = (await bindings.directories(reader)).find((one) => one.id === id)
      return directory?.name ?? kinds[type] ?? 'another system'
    },
  }
}
