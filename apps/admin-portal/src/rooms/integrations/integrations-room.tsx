import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { type DataColumn, DataTable } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { integrationsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { clientWords } from './client-kinds.ts'
import { DeclaredSchemas } from '../declared/declared-schemas.tsx'
import { integrationState } from './integration-state.ts'
import './integrations.css'

const columns: readonly DataColumn<IntegrationRow>[] = [
  {
    id: 'name',
    header: 'Integration',
    width: 200,
    cell: ({ id, name }) => (
      <Link to="/integrations/$integrationId" params={{ integrationId: id }} tabIndex={-1}>
        {name}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: 190, cell: (row) => <StatusChip {...integrationState(row)} /> },
  { id: 'kind', header: 'Client', cell: clientWords },
  {
    id: 'last',
    header: 'Last request',
    cell: ({ figures }) => (figures?.lastRequest === undefined ? 'Never' : <Time at={figures.lastRequest} />),
  },
  {
    id: 'users',
    header: 'Active users',
    align: 'end',
    cell: ({ figures }) => (figures?.activeUsers ?? 0).toLocaleString('en'),
  },
  {
    id: 'failures',
    header: 'Failures in 24 hours',
    align: 'end',
    cell: ({ id, name, figures }) =>
      figures === undefined || figures.failures === 0 ? (
        '0'
      ) : (
        <Link
          to="/integrations/$integrationId"
          params={{ integrationId: id }}
          search={{ tab: 'log', status: 'errors', reads: 'on' }}
          aria-label={`${counted(figures.failures, 'failure')} of ${name}`}
        >
          {figures.failures.toLocaleString('en')}
        </Link>
      ),
  },
]

/** The clients that provision users and groups; a handful, so all on one page. */
export function IntegrationsRoom(): ReactElement {
  const navigate = useNavigate()
  const { denial } = useSession()
  const readDenied = denial('integrations.read')
  const query = useQuery({ ...integrationsQuery, enabled: readDenied === undefined })
  const add = (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden />}
      denied={denial('integrations.write')}
      onClick={() => void navigate({ to: '/integrations/new', search: {} })}
    >
      Add an integration
    </ActionButton>
  )
  return (
    <>
      <PageHeader
        title="Integrations"
        detail="Programs that create, change and remove users and groups here by SCIM, such as Entra ID and Okta."
        actions={add}
      />
      {readDenied === undefined ? (
        <QueryView query={query} what="The integrations">
          {(integrations) => (
            <>
              {integrations.every(({ builtIn }) => builtIn) && (
                <EmptyState title="No client is connected yet" action={add}>
                  Connect Entra ID, Okta or another SCIM client: who joins, changes or leaves there does so here, within
                  seconds of being told. Each client gets its own token, settings and log.
                </EmptyState>
              )}
              <DataTable
                label="Integrations"
                columns={columns}
                rows={integrations}
                rowId={({ id }) => id}
                rowName={({ name }) => name}
                total={integrations.length}
                onOpen={({ id }, inNewTab) =>
                  inNewTab
                    ? void window.open(`/admin/integrations/${id}`, '_blank', 'noopener')
                    : void navigate({ to: '/integrations/$integrationId', params: { integrationId: id } })
                }
              />
              <DeclaredSchemas />
            </>
          )}
        </QueryView>
      ) : (
        <p className="ls-dim">{readDenied}</p>
      )}
    </>
  )
}
