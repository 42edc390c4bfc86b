import { IconAlertTriangleFilled, IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react'
import type { ReactElement } from 'react'

const lights = {
  green: { Icon: IconCircleCheckFilled, word: 'Works' },
  amber: { Icon: IconAlertTriangleFilled, word: 'Needs a look' },
  red: { Icon: IconCircleXFilled, word: 'Does not work' },
} as const

interface HealthLightProps {
  readonly light: 'green' | 'amber' | 'red'
  readonly reason: string
  readonly compact?: boolean
}

/** A traffic light with its word and its reason. */
export function HealthLight({ light, reason, compact = false }: HealthLightProps): ReactElement {
  const { Icon, word } = lights[light]
  return (
    <span className={`ls-health ${compact ? '' : 'ls-health-full'}`}>
      <span className={`ls-health-word ls-ink-${light}`}>
        <Icon size={16} aria-hidden />
        {word}
      </span>
      <span className={compact ? 'ls-dim ls-clip' : 'ls-dim'}>{reason}</span>
    </span>
  )
}
