import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { heldPlansQuery, integrationQuery } from '../../hub/queries.ts'
import { type RoomTab, RoomTabs } from '../../lists/room-tabs.tsx'
import { SubjectJournal } from '../journal/subject-journal.tsx'
import { clientWords } from './client-kinds.ts'
import { IntegrationHeld } from './integration-held.tsx'
import { IntegrationLog } from './integration-log.tsx'
import { IntegrationMapping } from './integration-mapping.tsx'
import { IntegrationOverview } from './integration-overview.tsx'
import { integrationState } from './integration-state.ts'
import { IntegrationTokens } from './integration-tokens.tsx'
import './integrations.css'

/** One integration: how it goes, what it may, its tokens, its table of attributes, what it asked for, what is held. */
export function IntegrationRoom(): ReactElement {
  const { integrationId } = useParams({ from: '/shell/integrations/$integrationId' })
  return (
    <QueryView query={useQuery(integrationQuery(integrationId))} what="The integration">
      {(integration) => <IntegrationPage key={integration.id} integration={integration} />}
    </QueryView>
  )
}

function IntegrationPage({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { tab } = useSearch({ from: '/shell/integrations/$integrationId' })
  const held = (useQuery(heldPlansQuery).data?.items ?? []).filter(({ sourceId }) => sourceId === integration.id)
  const navigate = useNavigate()
  const params = { integrationId: integration.id }
  return (
    <>
      <PageHeader
        title={integration.name}
        status={<StatusChip {...integrationState(integration)} />}
        detail={clientWords(integration) === integration.name ? undefined : clientWords(integration)}
        actions={
          integration.builtIn ? undefined : (
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/integrations/$integrationId/set-up', params })}
            >
              Set-up steps
            </Button>
          )
        }
      />
      <RoomTabs
        label="Parts of the integration"
        value={tab}
        onChange={(next) => void navigate({ to: '/integrations/$integrationId', params, search: { tab: next } })}
        tabs={tabsOf(integration, held.length)}
      />
    </>
  )
}

function tabsOf(integration: IntegrationRow, held: number): readonly RoomTab[] {
  return [
    { value: 'overview', label: 'Overview', content: () => <IntegrationOverview integration={integration} /> },
    { value: 'tokens', label: 'Tokens', content: () => <IntegrationTokens integration={integration} /> },
    { value: 'mapping', label: 'Mapping', content: () => <IntegrationMapping integration={integration} /> },
    { value: 'log', label: 'Log', content: () => <IntegrationLog integration={integration} /> },
    {
      value: 'held',
      label: held > 0 ? `Held changes (${held.toLocaleString('en')})` : 'Held changes',
      content: () => <IntegrationHeld integration={integration} />,
    },
    {
      value: 'journal',
      label: 'Journal',
      content: () => <SubjectJournal kind="integration" id={integration.id} />,
    },
  ]
}
