import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { subjectWords } from '../../words/subject-words.ts'

/** What an entry is about, as a link where it has a page. */
export function SubjectLink({ entry }: { readonly entry: JournalEntry }): ReactElement {
  const { subjectKind, subjectId } = entry
  const words = subjectWords(entry)
  const className = 'portal-link'
  if (subjectKind === 'user')
    return (
      <Link className={className} to="/users/$userId" params={{ userId: subjectId }}>
        {words}
      </Link>
    )
  if (subjectKind === 'group')
    return (
      <Link className={className} to="/groups/$groupId" params={{ groupId: subjectId }}>
        {words}
      </Link>
    )
  if (subjectKind === 'directory')
    return (
      <Link className={className} to="/directories/$directoryId" params={{ directoryId: subjectId }}>
        {words}
      </Link>
    )
  if (subjectKind === 'plan')
    return (
      <Link className={className} to="/plans/$planId" params={{ planId: subjectId }}>
        {words}
      </Link>
    )
  if (subjectKind === 'integration')
    return (
      <Link className={className} to="/integrations/$integrationId" params={{ integrationId: subjectId }}>
        {words}
      </Link>
    )
  return <>{words}</>
}
