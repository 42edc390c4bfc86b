import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'

interface KeyFactsProps {
  readonly created: string
  readonly createdBy?: string
  readonly lastUsed: string | undefined
  readonly expires: string | undefined
}

/** When a key was made, last used, and when it ends. */
export function KeyFacts({ created, createdBy, lastUsed, expires }: KeyFactsProps): ReactElement {
  return (
    <span className="ls-dim">
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
          , ends <Time at={expires} />
        </>
      )}
    </span>
  )
}
