import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Timeline } from '@lockstep/ui/timeline'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { recentJournalQuery } from '../../hub/queries.ts'
import { EntryDiff, EntryTitle } from './entry.tsx'

interface SubjectJournalProps {
  readonly kind: string
  readonly id: string
  readonly limit?: number
}

/** What happened to one user, group, directory or plan, newest first. */
export function SubjectJournal({ kind, id, limit = 50 }: SubjectJournalProps): ReactElement {
  const query = useQuery(recentJournalQuery({ subjectKind: kind, subjectId: id, limit }))
  return (
    <Section
      title="Journal"
      detail={`The newest ${limit} entries.`}
      actions={
        <Link className="portal-link" to="/journal" search={{ subjectKind: kind, subjectId: id }}>
          All entries in the journal
        </Link>
      }
    >
      <QueryView query={query} what="The journal">
        {({ items }) =>
          items.length === 0 ? (
            <p className="ls-dim">Nothing has happened yet.</p>
          ) : (
            <Timeline
              label="Journal entries"
              events={items.map((entry) => ({
                key: String(entry.seq),
                at: entry.at,
                title: <EntryTitle entry={entry} />,
                detail: <EntryDiff entry={entry} />,
              }))}
            />
          )
        }
      </QueryView>
    </Section>
  )
}
