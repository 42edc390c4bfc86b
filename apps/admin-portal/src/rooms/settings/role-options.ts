import type { Role } from '@lockstep/contract/access'
import { useQuery } from '@tanstack/react-query'
import { rolesQuery } from '../../hub/queries.ts'
import { roleNames } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'

interface RoleChoice {
  readonly role?: Role
  readonly customRoleId?: string
}

interface RoleOption {
  /** A name of the hub's own roles, or the id of another. */
  readonly value: string
  readonly label: string
}

/** The roles to choose from: the hub's own, strongest first, then those that were made here. */
export function useRoleOptions(): readonly RoleOption[] {
  const denied = useSession().denial('roles.read')
  const { data } = useQuery({ ...rolesQuery, enabled: denied === undefined })
  const custom = (data?.items ?? []).filter((role) => role.isCustom)
  return [
    ...Object.entries(roleNames).map(([value, label]) => ({ value, label })),
    ...custom.map(({ id, name }) => ({ value: id, label: name })),
  ]
}

/** What to send for a chosen option. */
export function roleChoice(value: string): RoleChoice {
  return value in roleNames ? { role: value as Role } : { customRoleId: value }
}
