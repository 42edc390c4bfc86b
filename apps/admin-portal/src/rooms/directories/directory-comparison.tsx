import type { Comparison } from '@lockstep/contract/hub/comparison'
import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { EmptyState } from '@lockstep/ui/empty-state'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { ProgressPanel } from '@lockstep/ui/progress-panel'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { comparisonsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { comparisonChip, isGoing } from '../../words/comparison-words.ts'
import { ComparisonSchedule } from './comparison-schedule.tsx'
import { DifferenceList } from './difference-list.tsx'

/** Hub and domain beside each other: asked for or by the clock, and what differs. */
export function DirectoryComparison({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  return (
    <QueryView query={useQuery(comparisonsQuery(directory.id))} what="The comparisons">
      {({ items, schedule }) => (
        <>
          <Comparisons key={items[0]?.id} directory={directory} items={items} />
          <ComparisonSchedule directory={directory} schedule={schedule} />
        </>
      )}
    </QueryView>
  )
}

interface ComparisonsProps {
  readonly directory: DirectoryDetail
  readonly items: readonly Comparison[]
}

function Comparisons({ directory, items }: ComparisonsProps): ReactElement {
  const { denial } = useSession()
  const [chosen, setChosen] = useState<string>()
  const act = useAct({
    run: () => hub.directories.compare(directory.id),
    done: `${directory.name} is read completely and then compared`,
    touches: ['directories'],
  })
  const shown = items.find(({ id }) => id === chosen) ?? items[0]
  const isRunning = items.some(isGoing)
  return (
    <Section
      title="Comparison"
      detail="The domain is read completely and compared with the hub. That changes nothing by itself."
      actions={
        <>
          {items.length > 1 && (
            <Select
              size="xs"
              aria-label="Which comparison"
              data={items.map(({ id, created, scheduled }) => ({
                value: id,
                label: `${new Date(created).toLocaleString('en')}${scheduled ? ' (scheduled)' : ''}`,
              }))}
              value={shown?.id ?? null}
              onChange={(next) => setChosen(next ?? undefined)}
              allowDeselect={false}
            />
          )}
          <ActionButton
            size="xs"
            loading={act.isPending}
            denied={denial('directories.write') ?? (isRunning ? 'A comparison goes on already.' : undefined)}
            onClick={() => act.mutate()}
          >
            Compare now
          </ActionButton>
        </>
      }
    >
      <FailureNotice error={act.error} title="The comparison was not begun." unchanged="Nothing was changed." />
      {shown === undefined ? (
        <EmptyState title="Not compared yet">
          Compare to see in what users, groups and memberships of the hub and the domain differ.
        </EmptyState>
      ) : (
        <ComparisonReport directory={directory} comparison={shown} />
      )}
    </Section>
  )
}

interface ReportProps {
  readonly directory: DirectoryDetail
  readonly comparison: Comparison
}

function ComparisonReport({ directory, comparison }: ReportProps): ReactElement {
  const { created, readAt, requestedBy, scheduled, error, found, kept, applying } = comparison
  return (
    <>
      <p>
        <StatusChip {...comparisonChip(comparison)} waiting={isGoing(comparison)} />{' '}
        <span className="ls-dim">
          {scheduled ? 'Begun by the clock' : `Begun by ${requestedBy}`} <Time at={created} />
          {readAt !== undefined && (
            <>
              , with what was read <Time at={readAt} />
            </>
          )}
        </span>
      </p>
      {error !== undefined && <p role="alert">{error}</p>}
      {isGoing(comparison) && <Progress directory={directory} comparison={comparison} />}
      {applying > 0 && <p role="status">{applying.toLocaleString('en')} differences are being applied.</p>}
      {found > kept && (
        <p className="ls-dim">
          The first {kept.toLocaleString('en')} of {found.toLocaleString('en')} differences are listed.
        </p>
      )}
      {comparison.state === 'done' && found === 0 && (
        <EmptyState title="No differences">Hub and domain agree in everything that is in scope.</EmptyState>
      )}
      {found > 0 && <DifferenceList directory={directory} comparison={comparison} />}
    </>
  )
}

function Progress({ directory, comparison }: ReportProps): ReactElement {
  const { denial } = useSession()
  const cancel = useAct({
    run: () => hub.directories.cancelComparison(directory.id, comparison.id),
    done: 'Comparison cancelled',
    touches: ['directories'],
  })
  return (
    <>
      <ProgressPanel
        title={comparison.state === 'reading' ? 'Reading the domain completely' : 'Comparing'}
        done={comparison.compared}
        total={Math.max(comparison.total, 1)}
        detail="It goes on when this page is closed."
        actions={
          <ActionButton
            variant="default"
            size="xs"
            denied={denial('directories.write')}
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel comparison
          </ActionButton>
        }
      />
      <FailureNotice error={cancel.error} title="The comparison was not cancelled." unchanged="It goes on." />
    </>
  )
}
