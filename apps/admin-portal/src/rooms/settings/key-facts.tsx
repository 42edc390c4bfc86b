import { systemClock } from '@lockstep/kernel/clock'
import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'
import { expiryOf } from './expiry.ts'

interface KeyFactsProps {
  readonly created: string
  readonly createdBy?: string
  readonly lastUsed: string | undefined
  readonly expires: string | undefined
}

/** When a key was made, last used, and when it ends. */
export function KeyFacts({ created, createdBy, lastUsed, expires }: KeyFactsProps): ReactElement {
  return (
    <span className="settings-key-facts">
      Made <Time at={created} />
      {createdBy !== undefined && ` by ${createdBy}`},{' '}
      {lastUsed === undefined ? (
        'never used'
      ) : (
        <>
          last used <Time at={lastUsed} />
        </>
      )}
      {expires !== undefined && (
        <>
          , {expiryOf(expires, systemClock.now()).state === 'expired' ? 'ended' : 'ends'} <Time at={expires} />
        </>
      )}
    </span>
  )
}
