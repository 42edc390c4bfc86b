import type { BulkJob } from '@lockstep/contract/hub/bulk-job'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { ProgressPanel } from '@lockstep/ui/progress-panel'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { bulkJobQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { JobResults } from './job-results.tsx'
import { goingText, isGoing, jobKinds, jobState, resultText } from './job-words.ts'

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
          <JobResults key={job.state} job={job} />
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
