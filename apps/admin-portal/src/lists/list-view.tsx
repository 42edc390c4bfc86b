import type { Page } from '@lockstep/contract/hub/page'
import { type DataColumn, DataTable } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { TablePager } from '@lockstep/ui/table-pager'
import { TableToolbar, TableView } from '@lockstep/ui/table-toolbar'
import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
import { isNarrowed, type ListSearch, nextPage, withChange } from './list-search.ts'
import { useLiveList } from './use-live-list.ts'
import { usePages } from './use-pages.ts'
import { useViewSettings } from './view-settings.ts'

export interface FilterChip {
  /** The name of the search parameter. */
  readonly name: string
  readonly text: string
}

export interface ListViewProps<T, S extends ListSearch> {
  readonly kind: string
  /** The rows in the plural, in lower case: "users". */
  readonly what: string
  readonly columns: readonly DataColumn<T>[]
  readonly hiddenAtFirst?: readonly string[]
  readonly rowId: (row: T) => string
  readonly rowName: (row: T) => string
  readonly search: S
  readonly onSearch: (search: S) => void
  /** What goes to the hub beside limit, after, search and sort. */
  readonly scope?: object
  readonly fetchPage: (query: object, signal?: AbortSignal) => Promise<Page<T>>
  readonly filters?: ReactNode
  readonly chips?: readonly FilterChip[]
  readonly actions?: ReactNode
  readonly selected?: ReadonlySet<string>
  /** Every row is selected, those of other pages too. */
  readonly allSelected?: boolean
  readonly onSelect?: (rows: readonly T[], selected: boolean) => void
  /** Stands below the table, so that it moves no row when it appears; given what is shown. */
  readonly bar?: (page: Page<T> | undefined) => ReactNode
  readonly onOpen?: (row: T, inNewTab: boolean) => void
  readonly firstUse: ReactNode
  readonly tall?: boolean
  readonly pageSize?: number
  /** How the hub sorts when nothing else was asked for. */
  readonly defaultSort?: string
  /** True while rows move because of what the reader did; otherwise moved rows wait until they are asked for. */
  readonly isMoving?: boolean
}

const noFields: readonly string[] = []

/** A list of the hub: search, filters, table, pages, and what stands there when there is nothing or it failed. */
export function ListView<T extends object, S extends ListSearch>(props: ListViewProps<T, S>): ReactElement {
  const { kind, what, search, onSearch, scope, chips = [], pageSize = 50 } = props
  const { after, sort, search: text } = search
  const list = useLiveList({
    kind,
    query: { ...scope, limit: pageSize, after, sort, search: text },
    fetchPage: props.fetchPage,
    rowId: props.rowId,
    isMoving: props.isMoving ?? false,
  })
  const view = useViewSettings(`${kind}.${what}`, props.hiddenAtFirst ?? noFields)
  const page = list.result.data
  const failed = list.result.error !== null && page === undefined
  return (
    <div className="portal-list">
      <TableToolbar
        searchLabel={`Search ${what}`}
        search={text ?? ''}
        onSearch={(next) => onSearch(withChange(search, { search: next }))}
        actions={props.actions}
        view={
          <TableView columns={props.columns} settings={view.settings} onChange={view.change} onReset={view.reset} />
        }
      >
        {props.filters}
      </TableToolbar>
      <ListNotes {...props} news={list.news} onNews={list.showNews} />
      {failed ? (
        <FailureNotice
          error={list.result.error}
          title={`The ${what} could not be loaded.`}
          unchanged="Nothing was changed."
          onRetry={() => void list.result.refetch()}
        />
      ) : (
        <>
          <DataTable
            {...props}
            label={what.charAt(0).toUpperCase() + what.slice(1)}
            rows={page?.items}
            total={page?.total}
            hidden={new Set(view.settings.hidden)}
            density={view.settings.density}
            sort={sort ?? props.defaultSort}
            onSort={(next) => onSearch(withChange(search, { sort: next }))}
            empty={
              isNarrowed(
                search,
                chips.map((chip) => chip.name),
              ) ? (
                <NoMatch what={what} onClear={() => onSearch(withoutFilters(search, chips))} />
              ) : (
                props.firstUse
              )
            }
          />
          {props.bar?.(page)}
          <ListPager search={search} onSearch={onSearch} page={page} pageSize={pageSize} />
        </>
      )}
    </div>
  )
}

function withoutFilters<S extends ListSearch>(search: S, chips: readonly FilterChip[]): S {
  const cleared = Object.fromEntries(['search', ...chips.map((chip) => chip.name)].map((name) => [name, undefined]))
  return withChange(search, cleared)
}

interface NotesProps<T, S extends ListSearch> extends ListViewProps<T, S> {
  readonly news: string | undefined
  readonly onNews: () => void
}

/** The active filters as chips that can be taken away, and the pill that says the list moved on. */
function ListNotes<T, S extends ListSearch>({
  chips = [],
  search,
  onSearch,
  news,
  onNews,
}: NotesProps<T, S>): ReactElement {
  return (
    <div className="portal-list-notes">
      {chips.map((chip) => (
        <button
          key={chip.name}
          type="button"
          className="portal-chip"
          aria-label={`Remove the filter: ${chip.text}`}
          onClick={() => {
            onSearch(withChange(search, { [chip.name]: undefined }))
            keepFocus()
          }}
        >
          {chip.text} <span aria-hidden>×</span>
        </button>
      ))}
      {chips.length > 1 && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            onSearch(withoutFilters(search, chips))
            keepFocus()
          }}
        >
          Clear all filters
        </Button>
      )}
      <span role="status" className="portal-news">
        {news !== undefined && (
          <Button
            variant="light"
            radius="xl"
            size="compact-sm"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={() => {
              onNews()
              keepFocus()
            }}
          >
            {news} · show
          </Button>
        )}
      </span>
    </div>
  )
}

function NoMatch({ what, onClear }: { readonly what: string; readonly onClear: () => void }): ReactElement {
  return (
    <EmptyState
      title={`No ${what} match`}
      action={
        <Button variant="default" onClick={onClear}>
          Clear search and filters
        </Button>
      }
    >
      Try fewer letters or another filter.
    </EmptyState>
  )
}

interface ListPagerProps<T, S extends ListSearch> {
  readonly search: S
  readonly onSearch: (search: S) => void
  readonly page: Page<T> | undefined
  readonly pageSize: number
}

function ListPager<T, S extends ListSearch>({
  search,
  onSearch,
  page,
  pageSize,
}: ListPagerProps<T, S>): ReactElement | null {
  const pages = usePages(search)
  if (!page || (page.total === 0 && search.page === undefined)) return null
  const { next } = page
  const { previous, first } = pages
  return (
    <TablePager
      page={search.page ?? 1}
      pageSize={pageSize}
      shown={page.items.length}
      total={page.total}
      onFirst={first && (() => onSearch(first))}
      onPrevious={previous && (() => onSearch(previous))}
      onNext={next === undefined ? undefined : () => onSearch(nextPage(search, next))}
    />
  )
}
