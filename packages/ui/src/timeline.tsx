import type { ReactElement, ReactNode } from 'react'
import { Time } from './time.tsx'

export interface TimelineEvent {
  readonly key: string
  readonly at: string
  readonly title: ReactNode
  readonly detail?: ReactNode
}

/** Events on a line, newest first as they are given. */
export function Timeline({
  events,
  label,
}: {
  readonly events: readonly TimelineEvent[]
  readonly label: string
}): ReactElement {
  return (
    <ol className="ls-timeline" aria-label={label}>
      {events.map((event) => (
        <li key={event.key}>
          <div className="ls-timeline-head">
            <span>{event.title}</span>
            <Time at={event.at} />
          </div>
          {event.detail !== undefined && <div className="ls-timeline-detail">{event.detail}</div>}
        </li>
      ))}
    </ol>
  )
}
