import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import type { Tone } from '@lockstep/ui/status-chip'
import { counted } from '../../words/words.ts'

type Judged = Pick<IntegrationRow, 'enabled' | 'builtIn' | 'tokens' | 'figures'>

/** Whether an integration can be used and whether it works, the most urgent first. */
export function integrationState({ enabled, builtIn, tokens, figures }: Judged): {
  readonly tone: Tone
  readonly label: string
  readonly waiting?: true
} {
  if (!enabled) return { tone: 'grey', label: 'Switched off' }
  if (!builtIn && tokens.length === 0) return { tone: 'amber', label: 'Has no token' }
  if (!builtIn && tokens.every(({ expired }) => expired)) return { tone: 'red', label: 'Token expired' }
  if (figures?.lastRequest === undefined)
    return builtIn
      ? { tone: 'grey', label: 'Not used' }
      : { tone: 'blue', label: 'Waits for its client', waiting: true }
  if (figures.failures > 0) return { tone: 'amber', label: counted(figures.failures, 'failure') }
  return { tone: 'green', label: 'Works' }
}
