import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { heldPlansQuery } from '../../hub/queries.ts'
import { HeldPlanRows } from '../plans/held-plan-rows.tsx'

/** What the guard holds back of this domain, with the decision; nothing when nothing is held. */
export function HeldPlans({ directory }: { readonly directory: DirectoryDetail }): ReactElement | null {
  const plans = (useQuery(heldPlansQuery).data?.items ?? []).filter((plan) => plan.sourceId === directory.id)
  if (plans.length === 0) return null
  return (
    <Section
      title="Held changes"
      detail="Too much at once to be done without being asked. Nothing of it has been done; all other changes keep flowing."
    >
      <HeldPlanRows plans={plans} />
    </Section>
  )
}
