import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useSession } from '../../session/use-session.ts'

interface TryAgainProps {
  readonly directoryName: string
  readonly retry: { readonly isPending: boolean; readonly mutate: () => void }
}

/** Lets a domain be written to once more before its time. */
export function TryAgain({ directoryName, retry }: TryAgainProps): ReactElement {
  const { denial } = useSession()
  return (
    <ActionButton
      variant="default"
      size="xs"
      denied={denial('directories.write')}
      loading={retry.isPending}
      aria-label={`Try ${directoryName} again now`}
      onClick={() => retry.mutate()}
    >
      Try again now
    </ActionButton>
  )
}
