import type { PlanRow } from '@lockstep/contract/hub/plan'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { PageHeader } from '@lockstep/ui/page-header'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../../hub/hub.ts'
import { FilterSelect } from '../../lists/filter-select.tsx'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { planStates } from '../../words/words.ts'
import { countsText } from './plan-words.ts'

type Search = FilteredSearch<'state'>
const stateOptions = Object.entries(planStates).map(([value, { label }]) => ({ value, label }))

const columns: readonly DataColumn<PlanRow>[] = [
  {
    id: 'plan',
    header: 'Plan',
    width: 180,
    cell: (plan) => (
      <Link to="/plans/$planId" params={{ planId: plan.id }} tabIndex={-1}>
        {countsText(plan.counts, plan.sourceKind)}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: 120, cell: (plan) => <StatusChip {...planStates[plan.state]} /> },
  { id: 'source', header: 'From', cell: (plan) => plan.sourceName },
  { id: 'reason', header: 'Why it is held', cell: (plan) => <span className="portal-wrap">{plan.reason}</span> },
  { id: 'created', header: 'Created', cell: (plan) => <Time at={plan.created} /> },
  { id: 'decided', header: 'Decided by', cell: (plan) => plan.decidedBy ?? '' },
]

/** All plans, those that wait for a person first by their filter. */
export function PlansRoom(): ReactElement {
  const search: Search = useSearch({ from: '/shell/plans' })
  const navigate = useNavigate()
  const onSearch = (next: Search): void => void navigate({ to: '/plans', search: next })
  const { state } = search
  return (
    <>
      <PageHeader
        title="Plans"
        detail="Changes that a directory or an integration asked for and that were held, because they would touch unusually many users."
      />
      <ListView<PlanRow, Search>
        kind="plans"
        what="plans"
        tall
        columns={columns}
        rowId={(plan) => plan.id}
        rowName={(plan) => countsText(plan.counts, plan.sourceKind)}
        search={search}
        onSearch={onSearch}
        scope={state !== undefined && state in planStates ? { state } : {}}
        fetchPage={(query, signal) => hub.plans.list(query, signal)}
        filters={
          <FilterSelect
            label="State"
            value={state}
            options={stateOptions}
            onChange={(value) => onSearch(withChange<Search>(search, { state: value }))}
          />
        }
        chips={
          state === undefined
            ? []
            : [{ name: 'state', text: `State: ${planStates[state as PlanRow['state']]?.label ?? state}` }]
        }
        onOpen={(plan) => void navigate({ to: '/plans/$planId', params: { planId: plan.id } })}
        firstUse={
          <EmptyState title="No plan was ever held">
            When a directory or an integration suddenly wants to suspend or remove many users, nothing of it happens
            until a person releases the plan here.
          </EmptyState>
        }
      />
    </>
  )
}
