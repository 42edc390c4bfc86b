import type { SecondFactor } from '@lockstep/contract/hub/second-factor'
import { Facts } from '@lockstep/ui/facts'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { secondFactorQuery } from '../../hub/queries.ts'
import { type FactorAct, SecondFactorDialog } from './second-factor-dialog.tsx'

/** So few recovery codes left are worth a warning. */
const fewCodes = 3

/** The second factor of who is signed in. */
export function OwnSecondFactor({ account }: { readonly account: string }): ReactElement {
  const queries = useQueryClient()
  const query = useQuery(secondFactorQuery)
  const [act, setAct] = useState<FactorAct>()
  const close = (): void => {
    setAct(undefined)
    for (const key of ['second-factor', 'administrators', 'journal'])
      void queries.invalidateQueries({ queryKey: [key] })
    keepFocus()
  }
  return (
    <Section
      title="Second factor"
      detail="A code from your phone that is asked for after your password, so that a stolen password is not enough."
    >
      <QueryView query={query} what="The second factor">
        {(factor) => (
          <>
            {factor.enrolled ? <Enrolled factor={factor} onAct={setAct} /> : <Missing factor={factor} onAct={setAct} />}
            <SecondFactorDialog act={act} account={account} required={factor.required} onClose={close} />
          </>
        )}
      </QueryView>
    </Section>
  )
}

interface PartProps {
  readonly factor: SecondFactor
  readonly onAct: (act: FactorAct) => void
}

function Missing({ factor, onAct }: PartProps): ReactElement {
  return (
    <div className="ls-stack">
      <div>
        {factor.required ? (
          <StatusChip tone="amber" label="Required, not set up" />
        ) : (
          <StatusChip tone="grey" label="Not set up" />
        )}
      </div>
      <div className="ls-actions">
        <Button onClick={() => onAct('enrol')}>Set up second factor</Button>
      </div>
    </div>
  )
}

function Enrolled({ factor, onAct }: PartProps): ReactElement {
  const { enrolledAt, recoveryCodesLeft, required } = factor
  const few = recoveryCodesLeft <= fewCodes
  return (
    <div className="ls-stack">
      <Facts
        facts={[
          {
            name: 'State',
            value: <StatusChip tone="green" label="On" />,
            aside:
              enrolledAt === undefined ? undefined : (
                <span className="ls-dim">
                  set up <Time at={enrolledAt} />
                </span>
              ),
          },
          {
            name: 'Recovery codes',
            value: few ? (
              <StatusChip tone="amber" label={`${recoveryCodesLeft} of 10 left`} />
            ) : (
              `${recoveryCodesLeft} of 10 left`
            ),
            aside: few ? <span className="ls-dim">Make new ones before they are used up.</span> : undefined,
          },
          {
            name: 'Asked of you',
            value: required ? 'Yes; without it nothing is open to you' : 'No, it is your choice',
          },
        ]}
      />
      <div className="ls-actions">
        <Button variant="default" onClick={() => onAct('codes')}>
          New recovery codes
        </Button>
        <Button variant="default" onClick={() => onAct('move')}>
          Move to another phone
        </Button>
        <Button variant="default" c="var(--ls-red)" onClick={() => onAct('off')}>
          Turn off
        </Button>
      </div>
    </div>
  )
}
