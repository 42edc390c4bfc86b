import { systemClock } from '@lockstep/kernel/clock'
import { StatusChip } from '@lockstep/ui/status-chip'
import type { ReactElement } from 'react'
import { expiryOf } from './expiry.ts'

/** A warning beside a key that has ended or will soon; nothing while there is time. */
export function ExpiryChip({ expires }: { readonly expires: string }): ReactElement | null {
  const { state, label } = expiryOf(expires, systemClock.now())
  if (label === undefined) return null
  return <StatusChip tone={state === 'expired' ? 'red' : 'amber'} label={label} />
}
