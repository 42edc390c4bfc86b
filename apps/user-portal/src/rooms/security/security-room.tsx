import type { UserSecondFactor } from '@lockstep/contract/portal/second-factor'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { secondFactorQuery } from '../../hub/queries.ts'
import { type FactorAct, FactorDialog } from './factor-dialog.tsx'
import { Passkeys } from './passkeys.tsx'

/** By then a dialog has given the focus back. */
const focusReturnMs = 200
/** So few recovery codes left are worth a warning. */
const fewCodes = 3

/** The own second factors: passkeys, authenticator, recovery codes. */
export function SecurityRoom(): ReactElement {
  const queries = useQueryClient()
  const [act, setAct] = useState<FactorAct>()
  const close = (): void => {
    setAct(undefined)
    void queries.invalidateQueries({ queryKey: secondFactorQuery.queryKey })
    // Where the focus was is looked for by the dialog first; what was turned on or off has other buttons then.
    setTimeout(keepFocus, focusReturnMs)
  }
  return (
    <>
      <PageHeader title="Security" detail="A second proof that it is you, so that a stolen password is not enough." />
      <QueryView query={useQuery(secondFactorQuery)} what="Your second factor">
        {(factor) =>
          factor === null ? (
            <p className="ls-dim">Second factors are not offered here.</p>
          ) : (
            <Factors factor={factor} onAct={setAct} />
          )
        }
      </QueryView>
      <FactorDialog act={act} onClose={close} />
    </>
  )
}

interface FactorProps {
  readonly factor: UserSecondFactor
  readonly onAct: (act: FactorAct) => void
}

function Factors({ factor, onAct }: FactorProps): ReactElement {
  const hasOne = factor.authenticator !== undefined || factor.passkeys.length > 0
  return (
    <>
      {!hasOne && (factor.required || factor.requiredFrom !== undefined) && (
        <p>
          <StatusChip tone="amber" label="Asked of you, not set up" />
        </p>
      )}
      <Passkeys passkeys={factor.passkeys} onAct={onAct} />
      <Authenticator factor={factor} onAct={onAct} />
      {hasOne && <RecoveryCodesLeft factor={factor} onAct={onAct} />}
    </>
  )
}

function Authenticator({ factor, onAct }: FactorProps): ReactElement {
  const { authenticator } = factor
  return (
    <Section title="Authenticator app" detail="A code from your phone, asked for after your password.">
      <div className="my-state">
        <p className="my-state-line">
          {authenticator === undefined ? (
            <StatusChip tone="grey" label="Not set up" />
          ) : (
            <>
              <StatusChip tone="green" label="On" />
              <span className="ls-dim">
                set up <Time at={authenticator.enrolled} />
              </span>
            </>
          )}
        </p>
        {authenticator === undefined ? (
          <Button variant="default" onClick={() => onAct({ kind: 'add-authenticator' })}>
            Set up app
          </Button>
        ) : (
          <Button variant="default" c="var(--ls-red)" onClick={() => onAct({ kind: 'remove-authenticator' })}>
            Remove app
          </Button>
        )}
      </div>
    </Section>
  )
}

function RecoveryCodesLeft({ factor, onAct }: FactorProps): ReactElement {
  const left = factor.recoveryCodesLeft
  return (
    <Section title="Recovery codes" detail="For the day on which you have none of the above. Each works once.">
      <div className="my-state">
        <p className="my-state-line">
          <StatusChip tone={left <= fewCodes ? 'amber' : 'green'} label={`${left} left`} />
          {left <= fewCodes && <span className="ls-dim">Make new ones before they are used up.</span>}
        </p>
        <Button variant="default" onClick={() => onAct({ kind: 'renew-codes' })}>
          New recovery codes
        </Button>
      </div>
    </Section>
  )
}
