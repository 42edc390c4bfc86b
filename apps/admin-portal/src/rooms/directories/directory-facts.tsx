import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import { heldPlansQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'

const moment = (at: string | undefined): ReactNode =>
  at === undefined ? <span className="ls-dim">never</span> : <Time at={at} />

/** Counts, times and what waits. */
export function DirectoryFacts({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const plans = (useQuery(heldPlansQuery).data?.items ?? []).filter((plan) => plan.sourceId === directory.id)
  const { id } = directory
  return (
    <div className="portal-columns">
      <div>
        <Section title="In lockstep">
          <Facts
            facts={[
              {
                name: 'Users',
                value: (
                  <Link className="portal-link" to="/users" search={{ directoryId: id }}>
                    {counted(directory.userCount, 'user')}
                  </Link>
                ),
              },
              {
                name: 'Groups',
                value: (
                  <Link className="portal-link" to="/groups" search={{ directoryId: id }}>
                    {counted(directory.groupCount, 'group')}
                  </Link>
                ),
              },
              { name: 'Being written', value: counted(directory.pendingCount, 'change') },
              { name: 'Failed', value: counted(directory.failedCount, 'account') },
              {
                name: 'Held',
                value: (
                  <>
                    {plans.length === 0 && counted(directory.heldCount, 'change')}
                    {plans.map((plan) => (
                      <Link key={plan.id} className="portal-link" to="/plans/$planId" params={{ planId: plan.id }}>
                        Review {counted(plan.itemCount, 'change')}
                      </Link>
                    ))}
                  </>
                ),
              },
            ]}
          />
        </Section>
      </div>
      <div>
        <Section title="Contact">
          <Facts
            facts={[
              { name: 'Last read', value: moment(directory.lastReadAt) },
              { name: 'Last complete read', value: moment(directory.lastFullReadAt) },
              { name: 'Last write', value: moment(directory.lastWriteAt) },
              { name: 'Domain', value: <DomainName dn={directory.baseDn} /> },
            ]}
          />
        </Section>
      </div>
    </div>
  )
}

/** A distinguished name that breaks between its parts, where the column is narrow. */
function DomainName({ dn }: { readonly dn: string }): ReactElement {
  const parts = dn.split(',')
  return (
    <span className="ls-mono">
      {parts.map((part, index) => (
        // Parts may repeat; one is known by its place.
        <Fragment key={`part ${index + 1}`}>
          {index > 0 && (
            <>
              ,<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </span>
  )
}
