import type { PlanItem, PlanRow } from '@lockstep/contract/hub/plan'
import type { DataColumn } from '@lockstep/ui/data-table'
import { Diff } from '@lockstep/ui/diff'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { type PlanTile, PlanTiles } from '@lockstep/ui/plan-tiles'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../../hub/hub.ts'
import { planQuery } from '../../hub/queries.ts'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { changeWords } from '../../words/change-words.tsx'
import { fieldName, planItemStates, planKinds, planStates } from '../../words/words.ts'
import { PlanDecisions } from './plan-decisions.tsx'
import { countsText } from './plan-words.ts'

type Search = FilteredSearch<'kind'>

/** One plan: why it is held, what it would change, and the decision. */
export function PlanRoom(): ReactElement {
  const { planId } = useParams({ from: '/shell/plans/$planId' })
  return (
    <QueryView query={useQuery(planQuery(planId))} what="The plan">
      {(plan) => (
        <>
          <PageHeader
            title={countsText(plan.counts, plan.sourceKind)}
            status={<StatusChip {...planStates[plan.state]} />}
            detail={
              <>
                From{' '}
                {plan.sourceKind === 'integration' ? (
                  <>
                    the integration{' '}
                    <Link
                      className="portal-link"
                      to="/integrations/$integrationId"
                      params={{ integrationId: plan.sourceId }}
                    >
                      {plan.sourceName}
                    </Link>
                  </>
                ) : (
                  <Link className="portal-link" to="/directories/$directoryId" params={{ directoryId: plan.sourceId }}>
                    {plan.sourceName}
                  </Link>
                )}
                , created <Time at={plan.created} />
              </>
            }
            actions={plan.state === 'quarantined' && <PlanDecisions plan={plan} />}
          />
          <PlanReason plan={plan} />
          <PlanItems plan={plan} />
        </>
      )}
    </QueryView>
  )
}

function PlanReason({ plan }: { readonly plan: PlanRow }): ReactElement {
  if (plan.state === 'quarantined') {
    return (
      <div className="ls-notice ls-tone-amber">
        <div className="ls-notice-body">
          <p className="ls-notice-title">Why it is held</p>
          <p>{plan.reason}</p>
          <p>Nothing of it has been done. All other changes keep flowing.</p>
        </div>
      </div>
    )
  }
  return (
    <div className="ls-notice ls-tone-grey">
      <div className="ls-notice-body">
        <p className="ls-notice-title">
          {planStates[plan.state].label}
          {plan.decidedBy !== undefined && ` by ${plan.decidedBy}`}{' '}
          {plan.decidedAt !== undefined && <Time at={plan.decidedAt} />}
        </p>
        {plan.decision !== undefined && <p>{plan.decision}</p>}
        <p>It was held because: {plan.reason}</p>
      </div>
    </div>
  )
}

function tilesOf(plan: PlanRow): readonly PlanTile[] {
  return Object.entries(planKinds).flatMap(([kind, words]) => {
    const count = plan.counts[kind] ?? 0
    return count === 0 ? [] : [{ kind, count, ...words }]
  })
}

function PlanItems({ plan }: { readonly plan: PlanRow }): ReactElement {
  const search: Search = useSearch({ from: '/shell/plans/$planId' })
  const navigate = useNavigate()
  const onSearch = (next: Search): void =>
    void navigate({ to: '/plans/$planId', params: { planId: plan.id }, search: next })
  const { kind } = search
  return (
    <>
      <PlanTiles
        tiles={tilesOf(plan)}
        chosen={kind}
        onChoose={(next) => onSearch(withChange<Search>(search, { kind: next }))}
      />
      <ListView<PlanItem, Search>
        kind={`plan-items.${plan.id}`}
        what="items"
        columns={columns}
        rowId={(item) => item.id}
        rowName={(item) => item.subjectName}
        search={search}
        onSearch={onSearch}
        scope={kind !== undefined && kind in planKinds ? { kind } : {}}
        fetchPage={(query, signal) => hub.plans.items(plan.id, query, signal)}
        chips={
          kind === undefined
            ? []
            : [{ name: 'kind', text: `Kind: ${planKinds[kind as PlanItem['kind']]?.label ?? kind}` }]
        }
        onOpen={(item) =>
          void (item.subjectKind === 'user'
            ? navigate({ to: '/users/$userId', params: { userId: item.subjectId } })
            : navigate({ to: '/groups/$groupId', params: { groupId: item.subjectId } }))
        }
        firstUse={<EmptyState title="The plan is empty" />}
      />
    </>
  )
}

const columns: readonly DataColumn<PlanItem>[] = [
  {
    id: 'subject',
    header: 'Who',
    width: 140,
    cell: (item) =>
      item.subjectKind === 'user' ? (
        <Link to="/users/$userId" params={{ userId: item.subjectId }} tabIndex={-1}>
          {item.subjectName}
        </Link>
      ) : (
        <Link to="/groups/$groupId" params={{ groupId: item.subjectId }} tabIndex={-1}>
          {item.subjectName}
        </Link>
      ),
  },
  { id: 'kind', header: 'What', cell: (item) => planKinds[item.kind].label },
  {
    id: 'changes',
    header: 'Change',
    cell: (item) => <Diff changes={item.changes} nameOf={fieldName} wordsOf={changeWords} />,
  },
  { id: 'reason', header: 'Reason', cell: (item) => <span className="portal-wrap">{item.reason}</span> },
  {
    id: 'state',
    header: 'State',
    cell: (item) => (
      <>
        <StatusChip {...planItemStates[item.state]} /> {item.error}
      </>
    ),
  },
]
