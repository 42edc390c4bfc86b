import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { Facts } from '@lockstep/ui/facts'
import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'
import { EntryDiff } from './entry.tsx'
import { SubjectLink } from './subject-link.tsx'

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
