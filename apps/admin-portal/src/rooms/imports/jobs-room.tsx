import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { PageHeader } from '@lockstep/ui/page-header'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../../hub/hub.ts'
import { counted } from '../../words/words.ts'
import { isGoing, jobKinds, jobState, resultText } from './job-words.ts'

const pageRows = 50
const progressMs = 1_500

/** The imports of the last month. */
export function JobsRoom(): ReactElement {
  const navigate = useNavigate()
  const jobs = useInfiniteQuery({
    queryKey: ['bulk-jobs', 'all'],
    queryFn: ({ pageParam, signal }) => hub.bulkJobs.list({ limit: pageRows, after: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some(isGoing)) === true ? progressMs : false,
  })
  const items = jobs.data?.pages.flatMap((page) => page.items) ?? []
  const createButton = <Button onClick={() => void navigate({ to: '/users/import' })}>Import users</Button>
  return (
    <>
      <PageHeader title="Imports" detail="Kept for a month." actions={createButton} />
      <FailureNotice
        error={jobs.error}
        title="The imports could not be loaded."
        unchanged="Nothing was changed."
        onRetry={() => void jobs.refetch()}
      />
      {jobs.data !== undefined && items.length === 0 && (
        <EmptyState title="No imports yet">A CSV file creates or changes many users at once.</EmptyState>
      )}
      <ul className="portal-rows">
        {items.map((job) => (
          <li key={job.id}>
            <Link to="/users/imports/$jobId" params={{ jobId: job.id }}>
              {job.name === '' ? jobKinds[job.kind] : job.name}
            </Link>
            <StatusChip {...jobState(job)} waiting={isGoing(job)} />
            <span>{isGoing(job) ? `${counted(job.waiting, 'row')} waiting` : resultText(job)}</span>
            <span className="ls-spring" />
            <span className="ls-dim">
              {job.startedBy}, <Time at={job.created} />
            </span>
          </li>
        ))}
      </ul>
      {jobs.hasNextPage && (
        <Button variant="default" loading={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
          Show older
        </Button>
      )}
    </>
  )
}
