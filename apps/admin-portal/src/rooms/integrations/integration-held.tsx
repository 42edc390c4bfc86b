import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { heldPlansQuery } from '../../hub/queries.ts'
import { PlanDecisions } from '../plans/plan-decisions.tsx'
import { countsText } from '../plans/plan-words.ts'

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
            <ul className="portal-rows" aria-label="Held plans">
              {plans.map((plan) => (
                <li key={plan.id}>
                  <span className="portal-need">
                    <Link className="portal-link" to="/plans/$planId" params={{ planId: plan.id }}>
                      {countsText(plan.counts, plan.sourceKind)}
                    </Link>
                    <br />
                    <span className="ls-dim">
                      {plan.reason} <Time at={plan.created} />
                    </span>
                  </span>
                  <span className="portal-row-acts">
                    <PlanDecisions plan={plan} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }}
      </QueryView>
    </Section>
  )
}

function guardWords({ guard, guardCount, guardPercent }: IntegrationRow): string {
  if (guard === 'off') return 'The guard of this integration is off, so nothing is ever held.'
  const limit = `the larger of ${guardCount} users and ${guardPercent} % of its users in 24 hours`
  return guard === 'hold'
    ? `Deactivations and deletions beyond ${limit} wait here until a person decides.`
    : `Deactivations and deletions beyond ${limit} are refused rather than held.`
}
