import type { PlanRow } from '@lockstep/contract/hub/plan'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Textarea } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { decisionEffect } from './plan-words.ts'

type Decision = 'release' | 'dismiss'
/** The hub asks for as much. */
const shortestReason = 3

/** Releases or dismisses a held plan, with a reason that the journal keeps. */
export function PlanDecisions({ plan }: { readonly plan: PlanRow }): ReactElement {
  const { denial } = useSession()
  const [decision, setDecision] = useState<Decision>('dismiss')
  const [opened, setOpened] = useState(false)
  const denied = denial('plans.release')
  const ask = (next: Decision): void => {
    setDecision(next)
    setOpened(true)
  }
  return (
    <>
      <ActionButton variant="default" denied={denied} onClick={() => ask('dismiss')}>
        Dismiss
      </ActionButton>
      <ActionButton denied={denied} onClick={() => ask('release')}>
        Release {counted(plan.itemCount, 'change')}
      </ActionButton>
      <DecisionDialog plan={plan} decision={decision} opened={opened} onClose={() => setOpened(false)} />
    </>
  )
}

interface DecisionDialogProps {
  readonly plan: PlanRow
  readonly decision: Decision
  readonly opened: boolean
  readonly onClose: () => void
}

function DecisionDialog({ plan, decision, opened, onClose }: DecisionDialogProps): ReactElement {
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState<string>()
  const amount = counted(plan.itemCount, 'change')
  const verb = decision === 'release' ? 'Release' : 'Dismiss'
  const act = useAct({
    run: () => hub.plans[decision](plan.id, { reason: reason.trim() }),
    done: `${amount} ${decision === 'release' ? 'released' : 'dismissed'}`,
    touches: ['plans', `plan-items.${plan.id}`, 'directories', 'users'],
    after: () => close(),
  })
  const close = (): void => {
    setReason('')
    setFault(undefined)
    act.reset()
    onClose()
  }
  const confirm = (): void => {
    if (reason.trim().length < shortestReason) setFault('Say why, in a few words. The journal keeps it.')
    else act.mutate()
  }
  return (
    <ConfirmDialog
      opened={opened}
      title={`${verb} ${amount}?`}
      action={`${verb} ${amount}`}
      danger={decision === 'release'}
      busy={act.isPending}
      error={<FailureNotice error={act.error} title="The plan was not decided." unchanged="Nothing was changed." />}
      onConfirm={confirm}
      onClose={close}
    >
      <p>{decisionEffect(decision, plan)}</p>
      <Textarea
        label="Reason"
        withAsterisk
        data-autofocus
        description="Kept in the journal with your name."
        error={fault}
        maxLength={500}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value)
          setFault(undefined)
        }}
      />
    </ConfirmDialog>
  )
}
