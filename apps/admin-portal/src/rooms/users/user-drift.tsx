import type { UserDetail } from '@lockstep/contract/hub/user'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { userDriftQuery } from '../../hub/queries.ts'
import { actionText, differenceKinds } from '../../words/comparison-words.ts'
import { fieldName } from '../../words/words.ts'

/** What differs now between the hub and each of the user's accounts. */
export function UserDrift({ user }: { readonly user: UserDetail }): ReactElement | null {
  const query = useQuery({ ...userDriftQuery(user.id), enabled: user.accounts.length > 0 })
  if (user.accounts.length === 0) return null
  return (
    <Section
      title="Drift"
      detail="In what the hub and the user’s accounts differ, by what was read of each domain last."
    >
      <QueryView query={query} what="The drift">
        {({ items }) => (
          <ul className="portal-rows">
            {items.map(({ directoryId, directoryName, readAt, differences }) => (
              <li key={directoryId}>
                <Link to="/directories/$directoryId" params={{ directoryId }} search={{ tab: 'comparison' }}>
                  <strong>{directoryName}</strong>
                </Link>
                <span className="ls-dim">
                  {readAt === undefined ? (
                    'not read yet'
                  ) : (
                    <>
                      read <Time at={readAt} />
                    </>
                  )}
                </span>
                {differences.length === 0 && <span>No differences</span>}
                {differences.map((difference) => {
                  const { kind, field, hubValue, domainValue, detail } = difference
                  return (
                    <div key={`${kind} ${field ?? ''}`} className="portal-remedy portal-whole">
                      <strong>
                        {kind === 'field' && field !== undefined ? fieldName(field) : differenceKinds[kind]}
                        {kind !== 'field' && field !== undefined && `: ${field}`}
                      </strong>
                      {(hubValue !== undefined || domainValue !== undefined) && (
                        <span>
                          “{hubValue ?? ''}” in the hub, “{domainValue ?? ''}” in the domain
                        </span>
                      )}
                      <span className="ls-dim">{detail ?? `When applied: ${actionText(difference)}`}</span>
                    </div>
                  )
                })}
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  )
}
