import type { PlanRow } from '@lockstep/contract/hub/plan'
import { Time } from '@lockstep/ui/time'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { PlanDecisions } from './plan-decisions.tsx'
import { countsText } from './plan-words.ts'

/** Plans that are held, each with why and with the decision. */
export function HeldPlanRows({ plans }: { readonly plans: readonly PlanRow[] }): ReactElement {
  return (
    <ul className="portal-rows" aria-label="Held plans">
      {plans.map((plan) => (
        <li key={plan.id}>
          <span className="portal-need">
            <Link className="portal-link" to="/plans/$planId" params={{ planId: plan.id }}>
              {countsText(plan.counts, plan.sourceKind)}
            </Link>
            <br />
            <span className="ls-dim">
              {plan.reason} Held <Time at={plan.created} />.
            </span>
          </span>
          <span className="portal-row-acts">
            <PlanDecisions plan={plan} />
          </span>
        </li>
      ))}
    </ul>
  )
}
