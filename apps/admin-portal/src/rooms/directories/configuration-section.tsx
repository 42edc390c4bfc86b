import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import {
  configurationWords,
  delegatedAuthorities,
  fieldAuthorities,
  passwordAuthorities,
} from '../../words/configuration-words.ts'
import { agentKinds, fieldName } from '../../words/words.ts'

/** How the domain is managed, and the ways to another configuration. */
export function ConfigurationSection({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { configuration, useCase, id } = directory
  const whose = (['directory', 'hub', 'both'] as const).flatMap((authority) => {
    const fields = configuration.fields
      .filter((each) => each.authority === authority)
      .map(({ field }) => fieldName(field))
    return fields.length === 0 ? [] : [`${fields.join(', ')}: ${fieldAuthorities[authority]}`]
  })
  return (
    <Section
      title="Configuration"
      detail={configurationWords[useCase].sentence}
      actions={
        <>
          <Link className="portal-link" to="/directories/$directoryId/configuration" params={{ directoryId: id }}>
            Change configuration
          </Link>
          <Link className="portal-link" to="/directories/$directoryId/migration" params={{ directoryId: id }}>
            Migrate away from AD
          </Link>
        </>
      }
    >
      <Facts
        facts={[
          { name: 'Configuration', value: configurationWords[useCase].title },
          { name: 'Agents', value: configuration.agentsWanted.map((kind) => agentKinds[kind]).join(', ') },
          { name: 'Passwords are managed in', value: passwordAuthorities[configuration.passwordAuthority] },
          { name: 'Sign-in', value: delegatedAuthorities[configuration.delegatedAuthority] },
          {
            name: 'Who decides on fields of users from the domain',
            value: (
              <div className="ls-stack">
                {whose.map((line) => (
                  <span key={line}>{line}</span>
                ))}
              </div>
            ),
          },
        ]}
      />
    </Section>
  )
}
