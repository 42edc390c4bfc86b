import type { BulkJob } from '@lockstep/contract/hub/bulk-job'
import { PageHeader } from '@lockstep/ui/page-header'
import { ProgressPanel } from '@lockstep/ui/progress-panel'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button, SegmentedControl } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { QueryView } from '../../feedback/query-view.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { bulkJobQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { fieldName } from '../../words/words.ts'
import { goingText, isGoing, jobKinds, jobState, outcomeChip, refusalText, resultText } from './job-words.ts'

/** One import: how far it is, and what became of every row. */
export function JobRoom(): ReactElement {
  const { jobId } = useParams({ from: '/shell/users/imports/$jobId' })
  return (
    <QueryView query={useQuery(bulkJobQuery(jobId))} what="The import">
      {(job) => (
        <>
          <PageHeader
            title={job.name === '' ? jobKinds[job.kind] : job.name}
            status={<StatusChip {...jobState(job)} waiting={isGoing(job)} />}
            detail={
              <>
                {jobKinds[job.kind]} · begun by {job.startedBy} <Time at={job.created} />
                {job.reason !== '' && ` · ${job.reason}`}
              </>
            }
            actions={
              <>
                {!isGoing(job) && <DownloadResult job={job} />}
                <Link to="/users/imports" className="portal-link">
                  All imports
                </Link>
              </>
            }
          />
          {isGoing(job) ? <Progress job={job} /> : <p role="status">{resultText(job)}.</p>}
          <Results key={job.state} job={job} />
        </>
      )}
    </QueryView>
  )
}

function DownloadResult({ job }: { readonly job: BulkJob }): ReactElement {
  return (
    <Button
      component="a"
      variant="default"
      href={hub.bulkJobs.resultsFile(job.id)}
      download
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      Download result
    </Button>
  )
}

function Progress({ job }: { readonly job: BulkJob }): ReactElement {
  const { denial } = useSession()
  const cancel = useAct({
    run: () => hub.bulkJobs.cancel(job.id),
    done: 'Import cancelled',
    touches: ['bulk-jobs', 'users'],
  })
  return (
    <>
      <ProgressPanel
        title={goingText(job)}
        done={job.total - job.waiting}
        total={job.total}
        detail={job.failed > 0 ? `${job.failed.toLocaleString('en')} refused` : undefined}
        actions={
          <ActionButton
            variant="default"
            size="xs"
            denied={denial('users.write')}
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel import
          </ActionButton>
        }
      />
      <p className="ls-dim">It goes on when this page is closed. What is done when it is cancelled stays done.</p>
      <FailureNotice error={cancel.error} title="The import was not cancelled." unchanged="It goes on." />
    </>
  )
}

const pageRows = 100

function Results({ job }: { readonly job: BulkJob }): ReactElement {
  const [wanted, setWanted] = useState(job.failed > 0 ? 'failed' : 'all')
  const rows = useInfiniteQuery({
    queryKey: ['bulk-jobs', 'results', job.id, wanted, job.state, isGoing(job) ? job.failed : 0],
    queryFn: ({ pageParam, signal }) =>
      hub.bulkJobs.results(
        job.id,
        { limit: pageRows, after: pageParam, ...(wanted === 'failed' ? { outcome: 'failed' } : {}) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const items = rows.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section
      title="Rows"
      actions={
        <SegmentedControl
          aria-label="Which rows"
          size="xs"
          data={[
            { value: 'failed', label: `Refused (${job.failed.toLocaleString('en')})` },
            { value: 'all', label: `All (${job.total.toLocaleString('en')})` },
          ]}
          value={wanted}
          onChange={setWanted}
        />
      }
    >
      <FailureNotice error={rows.error} title="The rows could not be loaded." onRetry={() => void rows.refetch()} />
      {rows.data !== undefined && items.length === 0 && <p className="ls-dim">No row was refused.</p>}
      <div className="portal-csv" role="region" aria-label="Rows of the import" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">User</th>
              <th scope="col">Result</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={row.row}>
                <th scope="row">{row.row.toLocaleString('en')}</th>
                <td>
                  {row.userId !== undefined && (row.outcome !== 'failed' || job.kind !== 'create') ? (
                    <Link className="portal-link" to="/users/$userId" params={{ userId: row.userId }}>
                      {row.username || row.email || row.userId}
                    </Link>
                  ) : (
                    row.username || row.email || <span className="ls-dim">unknown</span>
                  )}
                </td>
                <td>
                  <StatusChip {...outcomeChip(row.outcome, job.kind)} waiting={row.outcome === 'waiting'} />
                </td>
                <td>
                  {row.outcome === 'failed' && (
                    <>
                      {row.field !== undefined && <strong>{fieldName(row.field)}: </strong>}
                      {refusalText(row)}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.hasNextPage && (
        <div className="ls-actions">
          <Button
            variant="default"
            size="xs"
            loading={rows.isFetchingNextPage}
            onClick={() => void rows.fetchNextPage()}
          >
            Show more rows
          </Button>
        </div>
      )}
    </Section>
  )
}
