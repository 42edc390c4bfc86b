import type { RoleRow, ScopeGroup } from '@lockstep/contract/hub/role'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Modal } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { rolesQuery } from '../../hub/queries.ts'
import { permissionWords } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'
import { DeleteRole } from './delete-role.tsx'
import { RoleForm } from './role-form.tsx'
import { RoleMatrix } from './role-matrix.tsx'

/** Roles that were made here, and those that the hub brings. */
export function Roles(): ReactElement {
  return (
    <>
      <CustomRoles />
      <RoleMatrix />
    </>
  )
}

function CustomRoles(): ReactElement {
  const { denial } = useSession()
  const denied = denial('roles.read')
  const query = useQuery({ ...rolesQuery, enabled: denied === undefined })
  if (denied !== undefined) return <p className="ls-dim">{denied}</p>
  const groups = query.data?.scopeGroups ?? []
  return (
    <Section
      title="Your own roles"
      detail="When none of the hub’s roles fits: a role allows exactly what you tick, to administrators and to service accounts."
      actions={<RoleDialog groups={groups} />}
    >
      <QueryView query={query} what="The roles">
        {({ items }) => {
          const own = items.filter((role) => role.isCustom)
          if (own.length === 0) {
            return (
              <EmptyState title="No role of your own yet">
                The hub’s roles below suit most. Make your own for narrow tasks, such as a program that only reads
                groups.
              </EmptyState>
            )
          }
          return (
            <ul className="settings-accounts">
              {own.map((role) => (
                <RoleCard key={role.id} role={role} groups={groups} />
              ))}
            </ul>
          )
        }}
      </QueryView>
    </Section>
  )
}

interface RoleDialogProps {
  readonly role?: RoleRow
  readonly groups: readonly ScopeGroup[]
}

function RoleDialog({ role, groups }: RoleDialogProps): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const close = (): void => setOpened(false)
  const title = role ? `Edit ${role.name}` : 'Create role'
  return (
    <>
      <ActionButton
        variant="default"
        {...(role ? { size: 'xs', 'aria-label': title } : { leftSection: <IconPlus size={16} aria-hidden /> })}
        denied={denial('roles.write')}
        onClick={() => setOpened(true)}
      >
        {role ? 'Edit' : title}
      </ActionButton>
      <Modal opened={opened} onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
        <RoleForm role={role} groups={groups} onClose={close} />
      </Modal>
    </>
  )
}

function RoleCard({ role, groups }: { readonly role: RoleRow; readonly groups: readonly ScopeGroup[] }): ReactElement {
  const denied = useSession().denial('roles.write')
  const allows = role.permissions.map((permission) => permissionWords[permission])
  return (
    <li aria-label={role.name}>
      <div className="settings-account-head">
        <h3>{role.name}</h3>
        <span className="ls-spring" />
        <span className="portal-row-acts">
          <RoleDialog role={role} groups={groups} />
          <DeleteRole role={role} denied={denied} />
        </span>
      </div>
      {role.description !== '' && <p>{role.description}</p>}
      <p className="ls-dim">{allows.length === 0 ? 'Allows nothing here.' : `May ${allows.join(', ')}.`}</p>
    </li>
  )
}
