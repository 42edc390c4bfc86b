import { QueryView } from '@lockstep/ui/feedback/query-view'
import { HealthLight } from '@lockstep/ui/health-light'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { IconCircle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import {
  directoriesQuery,
  groupCountQuery,
  heldPlansQuery,
  recentJournalQuery,
  userCountQuery,
} from '../../hub/queries.ts'
import { EntryTitle } from '../journal/entry.tsx'
import { SubjectLink } from '../journal/subject-link.tsx'
import { type FirstStep, firstStepsOf, type Need, needsOf } from './needs-you.ts'
import { Numbers } from './numbers.tsx'

/** What waits for a person, what is connected, what happened last. */
export function HomeRoom(): ReactElement {
  const users = useQuery(userCountQuery({}))
  const directories = useQuery(directoriesQuery)
  const plans = useQuery(heldPlansQuery)
  const steps = users.data === undefined || !directories.data ? undefined : firstStepsOf(users.data, directories.data)
  return (
    <>
      <PageHeader title="Home" />
      {steps && <FirstSteps steps={steps} />}
      <Section title="Needs you">
        <QueryView query={directories} what="The directories">
          {(all) => <Needs needs={needsOf(plans.data?.items ?? [], all)} />}
        </QueryView>
      </Section>
      <Numbers
        users={users.data}
        groups={useQuery(groupCountQuery).data}
        directories={directories.data?.length}
        held={plans.data?.total}
      />
      <div className="portal-columns">
        <div>
          <Section title="Directories">
            <QueryView query={directories} what="The directories">
              {(all) => (
                <ul className="portal-rows">
                  {all.length === 0 && <li className="ls-dim">None connected.</li>}
                  {all.map((each) => (
                    <li key={each.id}>
                      <Link to="/directories/$directoryId" params={{ directoryId: each.id }}>
                        <strong>{each.name}</strong>
                      </Link>
                      <HealthLight {...each.health} />
                      <span className="ls-spring" />
                      <span className="ls-dim">
                        {each.lastReadAt === undefined ? (
                          'never read'
                        ) : (
                          <>
                            read <Time at={each.lastReadAt} />
                          </>
                        )}
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </QueryView>
          </Section>
        </div>
        <div>
          <LastEntries />
        </div>
      </div>
    </>
  )
}

function Needs({ needs }: { readonly needs: readonly Need[] }): ReactElement {
  if (needs.length === 0)
    return (
      <p>
        <StatusChip tone="green" label="Nothing waits for you" />
      </p>
    )
  return (
    <ul className="portal-rows">
      {needs.map((need) => (
        <li key={need.key}>
          <StatusChip tone={need.tone} label={need.label} />
          <span className="portal-need">{need.text}</span>
          <NeedLink need={need} />
        </li>
      ))}
    </ul>
  )
}

function NeedLink({ need: { link } }: { readonly need: Need }): ReactElement {
  if (link.room === 'plan') {
    return (
      <Link to="/plans/$planId" params={{ planId: link.id }}>
        {link.text}
      </Link>
    )
  }
  return (
    <Link
      to="/directories/$directoryId"
      params={{ directoryId: link.id }}
      search={link.room === 'problems' ? { tab: 'problems' } : {}}
    >
      {link.text}
    </Link>
  )
}

const stepTargets = { domain: '/directories/new', agent: '/directories', users: '/users' } as const

function FirstSteps({ steps }: { readonly steps: readonly FirstStep[] }): ReactElement {
  return (
    <Section title="First steps">
      <ol className="portal-rows portal-steps">
        {steps.map((step) => (
          <li key={step.key}>
            {step.done ? (
              <IconCircleCheck size={20} className="ls-ink-green" role="img" aria-label="Done:" />
            ) : (
              <IconCircle size={20} className="ls-dim" role="img" aria-label="To do:" />
            )}
            {step.done ? (
              <span className="ls-dim">{step.text}</span>
            ) : (
              <Link to={stepTargets[step.key]}>{step.text}</Link>
            )}
          </li>
        ))}
      </ol>
    </Section>
  )
}

function LastEntries(): ReactElement {
  return (
    <Section
      title="Last changes"
      actions={
        <Link className="portal-link" to="/journal">
          Journal
        </Link>
      }
    >
      <QueryView query={useQuery(recentJournalQuery({ limit: 8 }))} what="The journal">
        {({ items }) => (
          <ul className="portal-rows">
            {items.map((entry) => (
              <li key={entry.seq}>
                <span className="portal-need">
                  <EntryTitle
                    entry={entry}
                    subject={entry.subject === entry.actor ? undefined : <SubjectLink entry={entry} />}
                  />
                </span>
                <span className="ls-dim">
                  <Time at={entry.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  )
}
