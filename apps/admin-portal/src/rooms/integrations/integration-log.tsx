import type { IntegrationRequest, IntegrationRequestQuery, IntegrationRow } from '@lockstep/contract/hub/integration'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Switch } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useEffect } from 'react'
import { hub } from '../../hub/hub.ts'
import { FilterSelect } from '../../lists/filter-select.tsx'
import { listsChanged } from '../../lists/list-changes.ts'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { type FilterChip, ListView } from '../../lists/list-view.tsx'
import { outcomeWords } from './outcome-words.ts'
import { RequestDialog } from './request-dialog.tsx'
import { UserFilter } from './user-filter.tsx'

type Search = FilteredSearch<'tab' | 'user' | 'outcome' | 'status' | 'reads' | 'request'>

const outcomes = Object.entries(outcomeWords).map(([value, { label }]) => ({ value, label }))
const statuses = [
  { value: 'errors', label: 'All errors' },
  { value: '2xx', label: '2xx, done' },
  { value: '4xx', label: '4xx, refused' },
  { value: '400', label: '400, not understood' },
  { value: '403', label: '403, not allowed' },
  { value: '404', label: '404, not there' },
  { value: '409', label: '409, there already' },
  { value: '5xx', label: '5xx, failed' },
]
const listName = 'integration-requests'
/** Requests write no entry of the journal, so the list looks by itself; few enough looks for a log that is left open. */
const lookMs = 3_000

/** What an integration asked for in 30 days, newest first; new rows wait until they are asked for. */
export function IntegrationLog({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { id } = integration
  const search: Search = useSearch({ from: '/shell/integrations/$integrationId' })
  const navigate = useNavigate()
  const onSearch = (next: Search): void =>
    void navigate({ to: '/integrations/$integrationId', params: { integrationId: id }, search: next })
  const open = (request: string | undefined): void => {
    const { request: _before, ...rest } = search
    onSearch(request === undefined ? rest : { ...rest, request })
  }
  useEffect(() => {
    const timer = setInterval(() => listsChanged([listName]), lookMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <>
      <ListView<IntegrationRequest, Search>
        kind={`${listName}.${id}`}
        what="requests"
        tall
        columns={columnsOf(id, search)}
        hiddenAtFirst={['subject', 'client', 'actor', 'duration', 'correlation']}
        rowId={(row) => row.id}
        rowName={(row) => `${row.method} ${row.path}`}
        search={search}
        onSearch={onSearch}
        scope={scopeOf(search)}
        fetchPage={(query, signal) => hub.integrations.requests(id, query, signal)}
        filters={<LogFilters search={search} onSearch={onSearch} />}
        chips={chipsOf(search)}
        onOpen={(row) => open(row.id)}
        firstUse={
          <EmptyState title="No request yet">
            What the client asks for stands here for 30 days, with what was answered. Of reads, which are many, one a
            minute is kept.
          </EmptyState>
        }
      />
      <RequestDialog integration={integration} requestId={search.request} onChange={open} />
    </>
  )
}

function columnsOf(id: string, search: Search): readonly DataColumn<IntegrationRequest>[] {
  return [
    {
      id: 'request',
      header: 'Request',
      width: 210,
      cell: (row) => (
        <Link
          className="ls-mono"
          to="/integrations/$integrationId"
          params={{ integrationId: id }}
          search={{ ...search, request: row.id }}
          tabIndex={-1}
        >
          {row.method} {row.path}
        </Link>
      ),
    },
    { id: 'outcome', header: 'Outcome', width: 110, cell: (row) => <StatusChip {...outcomeWords[row.outcome]} /> },
    { id: 'status', header: 'Status', width: 70, cell: (row) => row.status },
    { id: 'at', header: 'When', width: 130, cell: (row) => <Time at={row.at} /> },
    { id: 'words', header: 'What happened', cell: (row) => <span className="portal-wrap">{row.words}</span> },
    { id: 'subject', header: 'About', width: 160, cell: (row) => row.subject },
    { id: 'client', header: 'Client', cell: (row) => row.client },
    { id: 'actor', header: 'As', cell: (row) => row.actor },
    { id: 'duration', header: 'Took', align: 'end', cell: (row) => `${row.durationMs.toLocaleString('en')} ms` },
    { id: 'correlation', header: 'Correlation', cell: (row) => <span className="ls-mono">{row.correlationId}</span> },
  ]
}

interface LogFiltersProps {
  readonly search: Search
  readonly onSearch: (search: Search) => void
}

function LogFilters({ search, onSearch }: LogFiltersProps): ReactElement {
  return (
    <>
      <UserFilter
        value={search.user ?? ''}
        onChange={(user) => onSearch(withChange<Search>(search, { user, request: undefined }))}
      />
      <FilterSelect
        label="Outcome"
        value={search.outcome}
        options={outcomes}
        onChange={(outcome) => onSearch(withChange<Search>(search, { outcome }))}
      />
      <FilterSelect
        label="Status"
        value={search.status}
        options={statuses}
        onChange={(status) => onSearch(withChange<Search>(search, { status }))}
      />
      <Switch
        label="Reads"
        checked={search.reads === 'on'}
        onChange={(event) =>
          onSearch(withChange<Search>(search, { reads: event.currentTarget.checked ? 'on' : undefined }))
        }
      />
    </>
  )
}

/** Only what the hub understands; a mistyped link shows the list. */
function scopeOf({ user, outcome, status, reads }: Search): IntegrationRequestQuery {
  return {
    ...(user === undefined ? {} : { user }),
    ...(outcome !== undefined && outcome in outcomeWords ? { outcome: outcome as IntegrationRequest['outcome'] } : {}),
    ...(status !== undefined && /^([1-5](\d\d|xx)|errors)$/u.test(status) ? { status } : {}),
    ...(reads === 'on' ? { reads: true } : {}),
  }
}

function chipsOf({ user, outcome, status, reads }: Search): readonly FilterChip[] {
  const chips: FilterChip[] = []
  if (user !== undefined) chips.push({ name: 'user', text: `User: ${user}` })
  if (outcome !== undefined)
    chips.push({
      name: 'outcome',
      text: `Outcome: ${outcomes.find(({ value }) => value === outcome)?.label ?? outcome}`,
    })
  if (status !== undefined)
    chips.push({ name: 'status', text: `Status: ${statuses.find(({ value }) => value === status)?.label ?? status}` })
  if (reads === 'on') chips.push({ name: 'reads', text: 'With reads' })
  return chips
}
