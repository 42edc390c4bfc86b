import type { UserDetail } from '@lockstep/contract/hub/user'
import type { FieldOwner } from './owner-link.tsx'

/** How an integration's read-only fields are marked among a user's restricted fields. */
const integrationKind = 'scim'

/** Who manages a field; undefined for what is changed here. */
export function fieldOwner(
  { restrictedFields }: Pick<UserDetail, 'restrictedFields'>,
  field: string,
): FieldOwner | undefined {
  const owned = restrictedFields.find((each) => each.field === field)
  if (owned === undefined) return undefined
  const isIntegration = owned.kind === integrationKind
  return {
    kind: isIntegration ? 'integration' : 'directory',
    id: owned.directoryId,
    name: owned.name ?? (isIntegration ? 'an integration' : 'an outside directory'),
  }
}
