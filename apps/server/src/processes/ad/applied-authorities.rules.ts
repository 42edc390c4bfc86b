// Password Authority, Delegated Authority and the fields that a domain owns, as they stand on a user: what the configuration brings, unless
// an administrator chose otherwise for that user. What the import set last is noted beside the agreed values, so that a choice is told from
// an older default. Pure.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { isDelegatedTo } from '../../directory/users/password-authority.rules.ts'
import { restrictedFields, type User, type UserInput } from '../../directory/users/user.rules.ts'
import { authoritiesOf, type ConfiguredDomain } from './configuration.rules.ts'
import type { RestrictedRows } from './import.rules.ts'

export interface AuthorityFacts extends ConfiguredDomain {
  readonly domainId: string
  readonly restricted: RestrictedRows
}

/** What to set on a user whose home the domain is, and what to note. */
export function appliedAuthorities(
  facts: AuthorityFacts,
  user: User | undefined,
  account: Account | undefined,
): { readonly input: UserInput; readonly agreed: JsonObject } {
  const { domainId, restricted } = facts
  const wanted = authoritiesOf(facts)
  const rows = user === undefined ? [] : restrictedFields(user)
  const isPasswordOurs = rows.some(({ field, id }) => field === 'password' && id === domainId)
  const isDelegated = user !== undefined && isDelegatedTo(domainId, user)
  const password = settle(account?.agreed['passwordAuthority'] ?? 'hub', {
    present: isPasswordOurs ? 'directory' : 'hub',
    wanted: wanted.password,
  })
  const delegated = settle(account?.agreed['delegatedAuthority'] ?? 'none', {
    present: isDelegated ? 'directory' : 'none',
    wanted: wanted.delegated,
  })
  const own = password.value === 'directory' ? restricted.withPassword : restricted.withoutPassword
  const others = user === undefined ? [] : rowsOfOthers(user.attributes['restrictedFields'], domainId)
  return {
    input: {
      restrictedFields: others.length === 0 ? own : [...own, ...others],
      ...(delegated.value === 'directory' ? { delegatedAuthority: { id: domainId, name: 'ActiveDirectory' } } : {}),
      ...(delegated.value === 'none' && isDelegated ? { delegatedAuthority: null } : {}),
    },
    agreed: { passwordAuthority: password.agreed, delegatedAuthority: delegated.agreed },
  }
}

/** What is set on a user who is not a domain's any more. */
export function withoutAuthority(domainId: string, attributes: JsonObject): UserInput {
  return {
    restrictedFields: rowsOfOthers(attributes['restrictedFields'], domainId),
    ...(isDelegatedTo(domainId, { attributes }) ? { delegatedAuthority: null } : {}),
  }
}

/** A value that was changed since the import set it stays as it is. */
function settle(
  last: Json,
  { present, wanted }: { readonly present: string; readonly wanted: string },
): { readonly value: string; readonly agreed: Json } {
  if (present === wanted || present === last) return { value: wanted, agreed: wanted }
  return { value: present, agreed: last }
}

function rowsOfOthers(rows: Json | undefined, domainId: string): readonly Json[] {
  if (!Array.isArray(rows)) return []
  return (rows as readonly Json[]).filter((row) => isJsonObject(row) && row['id'] !== domainId)
}
