import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { heldPlansQuery } from '../../hub/queries.ts'
import { HeldPlanRows } from '../plans/held-plan-rows.tsx'

/** What an integration asked for beyond its limit, with the decision. */
export function IntegrationHeld({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { id, name } = integration
  return (
    <Section
      title="Held changes"
      detail="Answered to the client as done, and waiting here. Nothing of it has been done; all other requests are carried out."
      actions={
        <Link className="portal-link" to="/plans" search={{ search: name }}>
          All plans of {name}
        </Link>
      }
    >
      <QueryView query={useQuery(heldPlansQuery)} what="The held changes">
        {({ items }) => {
          const plans = items.filter(({ sourceId }) => sourceId === id)
          return plans.length === 0 ? (
            <EmptyState title="Nothing is held">{guardWords(integration)}</EmptyState>
          ) : (
            <HeldPlanRows plans={plans} />
          )
        }}
      </QueryView>
    </Section>
  )
}

function guardWords({ guard, guardCount, guardPercent }: IntegrationRow): string {
  if (guard === 'off') return 'The guard of this integration is off, so nothing is ever held.'
  const limit = `the larger of ${guardCount} and ${guardPercent} % of its users, groups or memberships in 24 hours`
  return guard === 'hold'
    ? `Deactivations, deletions and members taken out of groups wait here beyond ${limit}, until a person decides.`
    : `Deactivations, deletions and members taken out of groups are refused beyond ${limit}.`
}
