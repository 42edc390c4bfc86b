import type { PasswordLinkFacts } from '@lockstep/contract/portal/password'
import { keptPasswordToken } from '@lockstep/ui/door/kept-token'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useState } from 'react'
import { Door } from './door.tsx'

interface LinkDoorProps {
  readonly title: string
  /** Asks the hub whose link it is; refused with `password_link_invalid` when it is over. */
  readonly look: (body: { readonly token: string }, signal: AbortSignal) => Promise<PasswordLinkFacts>
  /** No other try with the same link can be of use, because it was used. */
  readonly isUsed?: boolean
  readonly children: (facts: PasswordLinkFacts, token: string) => ReactNode
}

/** What a link from a mail opens: whom it is for, or why it cannot be used. */
export function LinkDoor({ title, look, isUsed = false, children }: LinkDoorProps): ReactElement {
  const [token] = useState(keptPasswordToken)
  // Its answer is kept for nobody else: the key holds no token, and nothing is stored.
  const link = useQuery({
    queryKey: ['link'],
    queryFn: ({ signal }) => look({ token }, signal),
    enabled: token !== '' && !isUsed,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (token === '')
    return (
      <Unusable title={title}>
        The link is incomplete, or the page was loaded again. Open it once more from your mail.
      </Unusable>
    )
  if (link.error && isOver(link.error))
    return <Unusable title="This link cannot be used">{failureOf(link.error).detail}</Unusable>
  return (
    <Door title={title}>
      <QueryView query={link} what="The link">
        {(facts) => children(facts, token)}
      </QueryView>
    </Door>
  )
}

/** True when the hub says that the link was used, replaced, or is too old. */
function isOver(error: unknown): boolean {
  return failureOf(error).code === 'password_link_invalid'
}

interface UnusableProps {
  readonly title: string
  readonly children: ReactNode
}

function Unusable({ title, children }: UnusableProps): ReactElement {
  const router = useRouter()
  return (
    <Door title={title}>
      <p>{children}</p>
      <Button fullWidth onClick={() => void router.navigate({ to: '/forgotten-password' })}>
        Get a new link
      </Button>
      <Button variant="default" fullWidth onClick={() => void router.navigate({ to: '/sign-in' })}>
        Go to sign-in
      </Button>
    </Door>
  )
}
