import { Diff } from '@lockstep/ui/diff'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { explanationQuery } from '../../hub/queries.ts'
import { changeWords } from '../../words/change-words.tsx'
import { actionWords, actorWords, fieldName, reasonWords } from '../../words/words.ts'

/** The last change of a field: who, when, why, from what to what. */
export function Explanation({ userId, field }: { readonly userId: string; readonly field: string }): ReactElement {
  return (
    <QueryView query={useQuery(explanationQuery(userId))} what="The explanation">
      {({ fields }) => {
        const last = fields[field]
        if (!last) return <p>{fieldName(field)} has not changed since the user came here.</p>
        return (
          <div className="ls-stack">
            <p>
              <strong>{actorWords(last)}</strong> set this <Time at={last.at} />
              {reasonWords(last) === '' ? '' : `: ${reasonWords(last)}`}.
            </p>
            <Diff
              changes={{ [field]: { before: last.before, after: last.after } }}
              nameOf={fieldName}
              wordsOf={changeWords}
            />
            <Link className="portal-link" to="/journal" search={{ subjectKind: 'user', subjectId: userId }}>
              Entry {last.seq.toLocaleString('en')}, {actionWords(last.action)}
            </Link>
          </div>
        )
      }}
    </QueryView>
  )
}
