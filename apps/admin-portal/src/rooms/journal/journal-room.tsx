import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { JournalDates } from './journal-dates.tsx'
import { journalChips, journalQueryOf, type JournalSearch } from './journal-search.ts'
import { JournalTable } from './journal-table.tsx'
import { useJournal } from './use-journal.ts'
import { VerifyButton } from './verify-button.tsx'

/** What happened, by whom and why; pressing a value narrows the list to it. */
export function JournalRoom(): ReactElement {
  const search: JournalSearch = useSearch({ from: '/shell/journal' })
  const navigate = useNavigate()
  const journal = useJournal(journalQueryOf(search))
  const { result, entries } = journal
  const go = (next: JournalSearch): void => void navigate({ to: '/journal', search: next })
  return (
    <>
      <PageHeader
        title="Journal"
        detail="Everything that changed, newest first. Press a value to see only the entries that have it."
        actions={<VerifyButton />}
      />
      <JournalDates search={search} onSearch={go} />
      <JournalNotes search={search} onSearch={go} newCount={journal.newCount} onNew={() => void journal.showNew()} />
      {result.error && !entries ? (
        <FailureNotice
          error={result.error}
          title="The journal could not be loaded."
          unchanged="Nothing was changed."
          onRetry={() => void result.refetch()}
        />
      ) : (
        <JournalTable entries={entries} onFilter={(change) => go({ ...search, ...change })} />
      )}
      {entries?.length === 0 && (
        <EmptyState title={journalChips(search).length > 0 ? 'No entries match' : 'Nothing has happened yet'} />
      )}
      {result.hasNextPage && (
        <div>
          <Button variant="default" loading={result.isFetchingNextPage} onClick={() => void result.fetchNextPage()}>
            Load older entries
          </Button>
        </div>
      )}
      {entries && entries.length > 0 && !result.hasNextPage && (
        <p className="ls-dim">This is the oldest entry that matches.</p>
      )}
    </>
  )
}

interface NotesProps {
  readonly search: JournalSearch
  readonly onSearch: (search: JournalSearch) => void
  readonly newCount: number
  readonly onNew: () => void
}

function JournalNotes({ search, onSearch, newCount, onNew }: NotesProps): ReactElement {
  const without = (names: readonly string[]): JournalSearch =>
    Object.fromEntries(Object.entries(search).filter(([name]) => !names.includes(name)))
  return (
    <div className="portal-list-notes">
      {journalChips(search).map((chip) => (
        <button
          key={chip.text}
          type="button"
          className="portal-chip"
          aria-label={`Remove the filter: ${chip.text}`}
          onClick={() => {
            onSearch(without(chip.names))
            keepFocus()
          }}
        >
          {chip.text} <span aria-hidden>×</span>
        </button>
      ))}
      <span role="status">
        {newCount > 0 && (
          <Button
            variant="light"
            radius="xl"
            size="compact-sm"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={() => {
              onNew()
              keepFocus()
            }}
          >
            {newCount.toLocaleString('en')} new · show
          </Button>
        )}
      </span>
    </div>
  )
}
