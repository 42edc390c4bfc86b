import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconInfoCircle,
} from '@tabler/icons-react'
import type { ReactElement } from 'react'

/** What a state means for the reader: fine, act soon, broken, under way, for information, or none of these. */
export type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey'

const icons = {
  green: IconCircleCheck,
  amber: IconAlertTriangle,
  red: IconCircleX,
  blue: IconInfoCircle,
  grey: IconCircleDashed,
} as const

interface StatusChipProps {
  readonly tone: Tone
  readonly label: string
  readonly waiting?: boolean
}

/** A state as icon, word and colour. */
export function StatusChip({ tone, label, waiting = false }: StatusChipProps): ReactElement {
  const Icon = waiting ? IconClock : icons[tone]
  return (
    <span className={`ls-chip ls-tone-${tone}`}>
      <Icon size={14} aria-hidden />
      {label}
    </span>
  )
}
