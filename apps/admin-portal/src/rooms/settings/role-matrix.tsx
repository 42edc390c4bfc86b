import { permissions, rolePermissions, roles } from '@lockstep/contract/access'
import { Section } from '@lockstep/ui/section'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { permissionWords, roleNames } from '../../session/access.ts'

/** What each role may do. */
export function RoleMatrix(): ReactElement {
  return (
    <Section title="The hub’s roles" detail="What each of them may do. They are fixed.">
      <div className="ls-table-scroll" tabIndex={0} role="region" aria-label="Roles and permissions">
        <table className="ls-table ls-table-normal" aria-label="Roles">
          <thead>
            <tr>
              <th scope="col" className="ls-cell">
                May
              </th>
              {roles.map((role) => (
                <th key={role} scope="col" className="ls-cell">
                  {roleNames[role]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map((permission) => (
              <tr key={permission}>
                <th scope="row" className="ls-cell">
                  {permissionWords[permission]}
                </th>
                {roles.map((role) => (
                  <td key={role} className="ls-cell">
                    {rolePermissions[role].includes(permission) ? (
                      <IconCheck size={16} className="ls-ink-green" role="img" aria-label="yes" />
                    ) : (
                      <IconMinus size={16} className="ls-dim" role="img" aria-label="no" />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
