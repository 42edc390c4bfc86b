import type { DirectoryStep } from '@lockstep/contract/hub/directory-change'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { directoryQuery, migrationQuery } from '../../hub/queries.ts'
import { StepList } from './step-list.tsx'

/** The way from a domain to this hub alone, with what is done of it; nothing here changes anything by itself. */
export function MigrationRoom(): ReactElement {
  const { directoryId } = useParams({ from: '/shell/directories/$directoryId/migration' })
  const directory = useQuery(directoryQuery(directoryId))
  const steps = useQuery(migrationQuery(directoryId))
  return (
    <QueryView query={directory} what="The directory">
      {({ name, id }) => (
        <>
          <PageHeader
            title={`Migrate away from ${name}`}
            detail="Users, groups and passwords move to this hub; the domain goes on working until you disconnect it. Each step can wait."
          />
          <Section title="The way" detail="In this order. What is done shows by itself.">
            <QueryView query={steps} what="The steps">
              {(found) => (
                <StepList
                  label="Steps of the migration"
                  steps={found}
                  actionFor={(step) => <Way id={id} step={step} />}
                />
              )}
            </QueryView>
          </Section>
        </>
      )}
    </QueryView>
  )
}

const tabs: Readonly<Record<string, readonly [tab: string, text: string]>> = {
  import: ['problems', 'See the problems'],
  in_step: ['users', 'See the users'],
  disconnect: ['settings', 'Go to disconnecting'],
}

function Way({ id, step }: { readonly id: string; readonly step: DirectoryStep }): ReactElement | null {
  const params = { directoryId: id }
  if (step.done === true) return null
  if (step.key === 'sync_agent') {
    return (
      <Link className="portal-link" to="/directories/$directoryId/set-up" params={params} search={{ step: 'agents' }}>
        Go to the agents
      </Link>
    )
  }
  if (step.key === 'configuration') {
    return (
      <Link className="portal-link" to="/directories/$directoryId/configuration" params={params}>
        Change configuration
      </Link>
    )
  }
  const known = tabs[step.key]
  if (known === undefined) return null
  return (
    <Link className="portal-link" to="/directories/$directoryId" params={params} search={{ tab: known[0] }}>
      {known[1]}
    </Link>
  )
}
