import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { SkeletonRows } from '@lockstep/ui/skeleton-rows'
import { Time } from '@lockstep/ui/time'
import { ActionIcon } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Fragment, type ReactElement, useState } from 'react'
import { subjectWords } from '../../words/subject-words.ts'
import { actionWords, actorWords, reasonWords } from '../../words/words.ts'
import { EntryDetails } from './entry-details.tsx'
import type { JournalSearch } from './journal-search.ts'

interface JournalTableProps {
  readonly entries: readonly JournalEntry[] | undefined
  readonly onFilter: (change: JournalSearch) => void
}

const heads = ['When', 'Who', 'What', 'Subject', 'Reason']

/** Entries as rows that open to their details. */
export function JournalTable({ entries, onFilter }: JournalTableProps): ReactElement {
  return (
    <div className="ls-table-scroll" tabIndex={0} role="region" aria-label="Journal entries">
      <table className="ls-table ls-table-normal portal-journal" aria-busy={entries === undefined} aria-label="Journal">
        <thead>
          <tr>
            <th scope="col" className="ls-select-cell">
              <span className="portal-hidden">Details</span>
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="ls-cell">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {entries === undefined ? (
          <SkeletonRows columns={6} />
        ) : (
          <tbody>
            {entries.map((entry) => (
              <EntryRow key={entry.seq} entry={entry} onFilter={onFilter} />
            ))}
          </tbody>
        )}
      </table>
    </div>
  )
}

interface EntryRowProps {
  readonly entry: JournalEntry
  readonly onFilter: (change: JournalSearch) => void
}

function EntryRow({ entry, onFilter }: EntryRowProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const Chevron = opened ? IconChevronDown : IconChevronRight
  const who = actorWords(entry)
  const { actorId, action, subjectKind, subjectId } = entry
  const subject = subjectWords(entry)
  return (
    <Fragment>
      <tr>
        <td className="ls-select-cell">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-expanded={opened}
            aria-label={`Details of entry ${entry.seq}`}
            onClick={() => setOpened(!opened)}
          >
            <Chevron size={16} />
          </ActionIcon>
        </td>
        <td className="ls-cell">
          <Time at={entry.at} />
        </td>
        <td className="ls-cell">
          <FilterValue label={`Only entries by ${who}`} text={who} onClick={() => onFilter({ actorId, actor: who })} />
        </td>
        <td className="ls-cell portal-words">
          <FilterValue
            label={`Only entries of the kind ${actionWords(action)}`}
            text={actionWords(action)}
            onClick={() => onFilter({ action })}
          />
        </td>
        <td className="ls-cell">
          <FilterValue
            label={`Only entries about ${subject}`}
            text={subject}
            onClick={() => onFilter({ subjectKind, subjectId, subject })}
          />
        </td>
        <td className="ls-cell portal-words portal-reason">{reasonWords(entry)}</td>
      </tr>
      {opened && (
        <tr>
          <td colSpan={6} className="portal-entry">
            <EntryDetails entry={entry} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

function FilterValue(props: {
  readonly label: string
  readonly text: string
  readonly onClick: () => void
}): ReactElement {
  return (
    <button type="button" className="portal-value" title={props.label} onClick={props.onClick}>
      {props.text}
    </button>
  )
}
