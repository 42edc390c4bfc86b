import type { ComparisonSchedule as Schedule } from '@lockstep/contract/hub/comparison'
import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { Select } from '@mantine/core'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'

const hours = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `Daily after ${String(hour).padStart(2, '0')}:00 UTC`,
}))

interface ScheduleProps {
  readonly directory: DirectoryDetail
  readonly schedule: Schedule
}

/** When the domain is compared by itself. */
export function ComparisonSchedule({ directory, schedule }: ScheduleProps): ReactElement {
  const { denial } = useSession()
  const act = useAct({
    run: (next: Schedule) => hub.directories.setComparisonSchedule(directory.id, next),
    done: 'Schedule saved',
    touches: ['directories'],
  })
  const denied = denial('directories.write')
  return (
    <Section title="Schedule" detail="Each comparison reads the whole domain. The latest five are kept.">
      <Select
        maw={280}
        aria-label="When it is compared"
        data={[{ value: 'never', label: 'Only when asked for' }, ...hours]}
        value={schedule.enabled ? String(schedule.hour) : 'never'}
        allowDeselect={false}
        disabled={denied !== undefined || act.isPending}
        onChange={(next) =>
          act.mutate(
            next === 'never' || next === null
              ? { enabled: false, hour: schedule.hour }
              : { enabled: true, hour: Number(next) },
          )
        }
      />
      {denied !== undefined && <p className="ls-dim">{denied}</p>}
      <FailureNotice error={act.error} title="The schedule was not saved." unchanged="It stays as it was." />
    </Section>
  )
}
