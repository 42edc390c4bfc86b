import type { BulkJob, BulkJobRow } from '@lockstep/contract/hub/bulk-job'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { fieldName } from '../../words/words.ts'
import { isGoing, outcomeChip, refusalText } from './job-words.ts'

const pageRows = 100

/** What became of the rows of an import, those refused first of all. */
export function JobResults({ job }: { readonly job: BulkJob }): ReactElement {
  const [wanted, setWanted] = useState(job.failed > 0 ? 'failed' : job.remarked > 0 ? 'remarked' : 'all')
  const rows = useInfiniteQuery({
    queryKey: ['bulk-jobs', 'results', job.id, wanted, job.state, isGoing(job) ? job.failed + job.remarked : 0],
    queryFn: ({ pageParam, signal }) =>
      hub.bulkJobs.results(
        job.id,
        {
          limit: pageRows,
          after: pageParam,
          ...(wanted === 'failed' || wanted === 'remarked' ? { outcome: wanted } : {}),
        },
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
            ...(job.remarked > 0
              ? [{ value: 'remarked', label: `With a remark (${job.remarked.toLocaleString('en')})` }]
              : []),
            { value: 'all', label: `All (${job.total.toLocaleString('en')})` },
          ]}
          value={wanted}
          onChange={setWanted}
        />
      }
    >
      <FailureNotice error={rows.error} title="The rows could not be loaded." onRetry={() => void rows.refetch()} />
      {rows.data !== undefined && items.length === 0 && <p className="ls-dim">No row was refused.</p>}
      <ResultTable job={job} items={items} />
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

interface ResultTableProps {
  readonly job: BulkJob
  readonly items: readonly BulkJobRow[]
}

function ResultTable({ job, items }: ResultTableProps): ReactElement {
  return (
    <div className="portal-csv" role="region" aria-label="Rows of the import" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">User</th>
            <th scope="col">Result</th>
            <th scope="col">Reason or remark</th>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.row}>
              <th scope="row">{row.row.toLocaleString('en')}</th>
              <td>
                <ResultUser kind={job.kind} row={row} />
              </td>
              <td>
                <StatusChip {...outcomeChip(row.outcome, job.kind)} waiting={row.outcome === 'waiting'} />
              </td>
              <td>
                {row.code !== undefined && (
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
  )
}

/** A link to the user, unless none came to be. */
function ResultUser({ kind, row }: { readonly kind: BulkJob['kind']; readonly row: BulkJobRow }): ReactElement {
  const name = row.username || row.email
  if (row.userId !== undefined && (row.outcome !== 'failed' || kind !== 'create'))
    return (
      <Link className="portal-link" to="/users/$userId" params={{ userId: row.userId }}>
        {name || row.userId}
      </Link>
    )
  return name ? <>{name}</> : <span className="ls-dim">unknown</span>
}
