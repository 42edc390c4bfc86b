import type { PasswordFacts } from '@lockstep/contract/portal/password'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { passwordQuery } from '../../hub/queries.ts'
import { passwordAdvice, passwordStates } from '../../words/password-words.ts'

/** The state of the own password, and the way to change it. */
export function MyPassword(): ReactElement {
  return (
    <Section title="Password">
      <QueryView query={useQuery(passwordQuery)} what="The state of your password">
        {(facts) => <State facts={facts} />}
      </QueryView>
    </Section>
  )
}

function State({ facts }: { readonly facts: PasswordFacts }): ReactElement {
  const router = useRouter()
  const { label, tone } = passwordStates[facts.status]
  const advice = facts.changeElsewhere ?? passwordAdvice(facts)
  const isPressing = facts.status === 'expiring' || facts.status === 'expired' || facts.status === 'none'
  return (
    <div className="my-state">
      <div className="my-state-words">
        <p className="my-state-line">
          <StatusChip tone={tone} label={label} />
          <Ages facts={facts} />
        </p>
        {advice !== undefined && <p className="ls-dim">{advice}</p>}
      </div>
      {facts.mayChange && (
        <Button variant={isPressing ? 'filled' : 'default'} onClick={() => void router.navigate({ to: '/password' })}>
          Change password
        </Button>
      )}
    </div>
  )
}

function Ages({ facts: { status, expires, changed } }: { readonly facts: PasswordFacts }): ReactElement | null {
  if (expires !== undefined) {
    return (
      <span className="ls-dim">
        {status === 'expired' ? 'expired' : 'expires'} <Time at={expires} />
      </span>
    )
  }
  if (changed === undefined) return null
  return (
    <span className="ls-dim">
      set <Time at={changed} />
    </span>
  )
}
