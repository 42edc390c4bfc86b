import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { heldPlansQuery } from '../../hub/queries.ts'
import { PlanDecisions } from '../plans/plan-decisions.tsx'
import { countsText } from '../plans/plan-words.ts'

/** What the guard holds back of this domain, with the decision; nothing when nothing is held. */
export function HeldPlans({ directory }: { readonly directory: DirectoryDetail }): ReactElement | null {
  const plans = (useQuery(heldPlansQuery).data?.items ?? []).filter((plan) => plan.sourceId === directory.id)
  if (plans.length === 0) return null
  return (
    <Section
      title="Held changes"
      detail="Too much at once to be done without being asked. Nothing of it has been done; all other changes keep flowing."
    >
      <ul className="portal-rows">
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
    </Section>
  )
}
