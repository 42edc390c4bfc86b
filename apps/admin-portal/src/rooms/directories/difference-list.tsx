import type { Comparison, DifferenceKind, DifferenceRow } from '@lockstep/contract/hub/comparison'
import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { FilterSelect } from '../../lists/filter-select.tsx'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { useSession } from '../../session/use-session.ts'
import { actionText, differenceKinds, isGoing, outcomeChip } from '../../words/comparison-words.ts'
import { counted, fieldName } from '../../words/words.ts'

type Search = FilteredSearch<'tab' | 'kind'>

const columns: readonly DataColumn<DifferenceRow>[] = [
  { id: 'subject', header: 'Who', width: 160, cell: (row) => <Subject row={row} />, copy: (row) => row.subjectName },
  { id: 'kind', header: 'Difference', cell: (row) => <span className="portal-wrap">{differenceKinds[row.kind]}</span> },
  { id: 'field', header: 'Field or group', cell: (row) => fieldText(row) },
  { id: 'hub', header: 'In the hub', cell: (row) => <span className="portal-wrap">{row.hubValue ?? ''}</span> },
  {
    id: 'domain',
    header: 'In the domain',
    cell: (row) => <span className="portal-wrap">{row.domainValue ?? ''}</span>,
  },
  {
    id: 'action',
    header: 'When applied',
    cell: (row) => <span className="portal-wrap">{row.detail ?? actionText(row)}</span>,
  },
  { id: 'outcome', header: 'State', cell: (row) => <Outcome row={row} /> },
]

function fieldText({ kind, field }: DifferenceRow): string {
  if (field === undefined) return ''
  return kind === 'field' ? fieldName(field) : field
}

function Outcome({ row }: { readonly row: DifferenceRow }): ReactElement | null {
  const chip = outcomeChip(row.outcome)
  return chip === undefined ? null : <StatusChip {...chip} waiting={row.outcome === 'selected'} />
}

function Subject({ row }: { readonly row: DifferenceRow }): ReactElement {
  const { subjectId, subjectKind, subjectName } = row
  if (subjectId === undefined) return <>{subjectName}</>
  return subjectKind === 'user' ? (
    <Link to="/users/$userId" params={{ userId: subjectId }}>
      {subjectName}
    </Link>
  ) : (
    <Link to="/groups/$groupId" params={{ groupId: subjectId }}>
      {subjectName}
    </Link>
  )
}

interface DifferenceListProps {
  readonly directory: DirectoryDetail
  readonly comparison: Comparison
}

/** What a comparison found, to be looked through and applied. */
export function DifferenceList({ directory, comparison }: DifferenceListProps): ReactElement {
  const search: Search = useSearch({ from: '/shell/directories/$directoryId' })
  const navigate = useNavigate()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const onSearch = (next: Search): void =>
    void navigate({
      to: '/directories/$directoryId',
      params: { directoryId: directory.id },
      search: { ...next, tab: 'comparison' },
    })
  const kind = search.kind !== undefined && search.kind in differenceKinds ? (search.kind as DifferenceKind) : undefined
  const { id: comparisonId, applying, settled, kept } = comparison
  return (
    <ListView<DifferenceRow, Search>
      // What was applied, and what was found since, is fetched anew.
      kind={`differences.${comparisonId}.${applying}.${settled}.${kept}`}
      what="differences"
      columns={columns}
      rowId={(row) => String(row.id)}
      rowName={(row) => `${row.subjectName}, ${differenceKinds[row.kind]}`}
      search={search}
      onSearch={onSearch}
      scope={kind === undefined ? {} : { kind }}
      chips={kind === undefined ? [] : [{ name: 'kind', text: `Difference: ${differenceKinds[kind]}` }]}
      filters={
        <FilterSelect
          label="Difference"
          value={kind}
          options={Object.entries(differenceKinds).map(([value, label]) => ({
            value,
            label: `${label} (${(comparison.counts[value] ?? 0).toLocaleString('en')})`,
          }))}
          onChange={(next) => onSearch(withChange(search, { kind: next }))}
        />
      }
      fetchPage={(query, signal) => hub.directories.differences({ id: directory.id, comparisonId }, query, signal)}
      selected={selected}
      onSelect={(rows, isOn) => {
        const next = new Set(selected)
        for (const { id } of rows) {
          if (isOn) next.add(String(id))
          else next.delete(String(id))
        }
        setSelected(next)
      }}
      bar={(page) => (
        <ApplyBar
          {...{ directory, comparison, selected, kind, search: search.search, total: page?.total ?? 0 }}
          onClear={() => setSelected(new Set())}
        />
      )}
      firstUse={<EmptyState title="No differences">Nothing was found so far.</EmptyState>}
    />
  )
}

interface ApplyBarProps extends DifferenceListProps {
  readonly selected: ReadonlySet<string>
  readonly kind: DifferenceKind | undefined
  readonly search: string | undefined
  /** How many the filter shows. */
  readonly total: number
  readonly onClear: () => void
}

/** Applies what is selected, or everything that is shown. */
function ApplyBar({
  directory,
  comparison,
  selected,
  kind,
  search,
  total,
  onClear,
}: ApplyBarProps): ReactElement | null {
  const { denial } = useSession()
  const count = selected.size
  const act = useAct({
    run: () =>
      hub.directories.applyDifferences(
        directory.id,
        comparison.id,
        count > 0
          ? { ids: [...selected].map(Number) }
          : { all: true, ...(kind === undefined ? {} : { kind }), ...(search === undefined ? {} : { search }) },
      ),
    done: 'The differences are being applied; what would be taken away waits in a plan',
    touches: ['directories', 'plans'],
    after: onClear,
  })
  if (total === 0) return null
  const denied = denial('directories.write') ?? (isGoing(comparison) ? 'The comparison has not ended yet.' : undefined)
  return (
    <div className="portal-bulk" role="group" aria-label="Apply differences">
      <span role="status">{count > 0 ? `${counted(count, 'difference')} selected` : ''}</span>
      <span className="ls-dim">Nothing is taken away from anybody before a person releases it.</span>
      <span className="ls-spring" />
      <ActionButton size="xs" variant="default" denied={denied} loading={act.isPending} onClick={() => act.mutate()}>
        {count > 0 ? `Apply ${counted(count, 'difference')}` : `Apply all ${total.toLocaleString('en')} shown`}
      </ActionButton>
      <FailureNotice error={act.error} title="The differences were not applied." />
    </div>
  )
}
