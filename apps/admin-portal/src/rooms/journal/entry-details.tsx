import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { Facts } from '@lockstep/ui/facts'
import { Time } from '@lockstep/ui/time'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { EntryDiff } from './entry.tsx'

/** All of one entry: what changed, when exactly, and where it belongs. */
export function EntryDetails({ entry }: { readonly entry: JournalEntry }): ReactElement {
  const { correlationId } = entry
  return (
    <div className="portal-columns">
      <div>
        {Object.keys(entry.changes).length === 0 && !entry.erased ? (
          <p className="ls-dim">No field changed.</p>
        ) : (
          <EntryDiff entry={entry} />
        )}
      </div>
      <div>
        <Facts
          facts={[
            { name: 'Entry', value: entry.seq.toLocaleString('en') },
            { name: 'Time', value: <Time at={entry.at} exact /> },
            { name: 'By', value: `${entry.actor} (${entry.actorKind.replaceAll('_', ' ')})` },
            { name: 'Subject', value: <SubjectLink entry={entry} /> },
            ...(correlationId === undefined
              ? []
              : [{ name: 'Request', value: <span className="ls-mono">{correlationId}</span> }]),
          ]}
        />
      </div>
    </div>
  )
}

function SubjectLink({ entry }: { readonly entry: JournalEntry }): ReactElement {
  const { subjectKind, subjectId } = entry
  const className = 'portal-link'
  if (subjectKind === 'user')
    return (
      <Link className={className} to="/users/$userId" params={{ userId: subjectId }}>
        {entry.subject}
      </Link>
    )
  if (subjectKind === 'group')
    return (
      <Link className={className} to="/groups/$groupId" params={{ groupId: subjectId }}>
        {entry.subject}
      </Link>
    )
  if (subjectKind === 'directory')
    return (
      <Link className={className} to="/directories/$directoryId" params={{ directoryId: subjectId }}>
        {entry.subject}
      </Link>
    )
  if (subjectKind === 'plan')
    return (
      <Link className={className} to="/plans/$planId" params={{ planId: subjectId }}>
        {entry.subject}
      </Link>
    )
  return <>{entry.subject}</>
}
