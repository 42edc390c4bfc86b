import { announce } from '@lockstep/ui/feedback/toast-store'
import { EnrolSecondFactor } from '@lockstep/ui/second-factor/enrol-second-factor'
import { ProofForm } from '@lockstep/ui/second-factor/proof-form'
import { RecoveryCodes } from '@lockstep/ui/second-factor/recovery-codes'
import { Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { enrolCalls } from '../../session/enrol-calls.ts'
import { reloadSession } from '../../session/reload-session.ts'

/** What is done with the own second factor. */
export type FactorAct = 'enrol' | 'codes' | 'move' | 'off'

const titles: Readonly<Record<FactorAct, string>> = {
  enrol: 'Set up second factor',
  codes: 'Make new recovery codes?',
  move: 'Move to another phone?',
  off: 'Turn your second factor off?',
}

interface DialogProps {
  readonly act: FactorAct | undefined
  readonly account: string
  /** Without a second factor nothing else is open to this administrator. */
  readonly required: boolean
  readonly onClose: () => void
}

/** Asks for what each act needs; new recovery codes close with their own button only. */
export function SecondFactorDialog({ act, account, required, onClose }: DialogProps): ReactElement {
  const [shown, setShown] = useState(false)
  const close = (): void => {
    setShown(false)
    onClose()
  }
  return (
    <Modal
      opened={act !== undefined}
      onClose={close}
      title={act && (shown ? 'Your recovery codes' : titles[act])}
      closeOnClickOutside={false}
      closeOnEscape={!shown}
      withCloseButton={!shown}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {act && (
        <Content act={act} account={account} required={required} onShown={() => setShown(true)} onClose={close} />
      )}
    </Modal>
  )
}

interface ContentProps {
  readonly act: FactorAct
  readonly account: string
  readonly required: boolean
  readonly onShown: () => void
  readonly onClose: () => void
}

function Content(props: ContentProps): ReactElement {
  const { act, account, onShown, onClose } = props
  if (act === 'codes') return <NewCodes {...props} />
  if (act === 'off' || act === 'move') return <TurnOff {...props} />
  const done = (): void => {
    announce('Second factor turned on')
    onClose()
  }
  return (
    <EnrolSecondFactor
      calls={enrolCalls}
      account={account}
      action="I have kept them"
      onEnrolled={onShown}
      onDone={done}
      onCancel={onClose}
    />
  )
}

function NewCodes({ account, onShown, onClose }: ContentProps): ReactElement {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <RecoveryCodes codes={codes} account={account} action="I have kept them" onDone={onClose} />
  return (
    <div className="ls-stack">
      <p>You get ten new codes. Those that you have stop working at once.</p>
      <ProofForm
        action="Make new codes"
        failed="No new codes were made."
        onCancel={onClose}
        onProof={async (proof) => {
          setCodes((await hub.session.secondFactor.renewRecoveryCodes(proof)).recoveryCodes)
          onShown()
        }}
      />
    </div>
  )
}

function TurnOff({ act, account, required, onShown, onClose }: ContentProps): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const [isOff, setIsOff] = useState(false)
  const turnOff = async (proof: object): Promise<void> => {
    await hub.session.secondFactor.turnOff(proof)
    if (required) {
      // The hub lets nothing else through now, so the way leads to the front door and from there on to the set-up.
      await reloadSession(queries)
      await router.invalidate()
    } else if (act === 'move') setIsOff(true)
    else {
      announce('Second factor turned off')
      onClose()
    }
  }
  if (isOff) {
    const done = (): void => {
      announce('Second factor moved')
      onClose()
    }
    return (
      <EnrolSecondFactor
        calls={enrolCalls}
        account={account}
        action="I have kept them"
        onEnrolled={onShown}
        onDone={done}
      />
    )
  }
  return (
    <div className="ls-stack">
      {act === 'move' ? (
        <p>Prove the second factor that you have; then scan a new picture with the other phone. The old one ends.</p>
      ) : (
        <p>From then on your password alone lets you in, and your recovery codes are gone.</p>
      )}
      {act === 'off' && required && (
        <p>Your organization asks for a second factor: you have to set up a new one at once.</p>
      )}
      <ProofForm
        action={act === 'move' ? 'Continue' : 'Turn off'}
        danger={act === 'off'}
        failed="The second factor is still on."
        onCancel={onClose}
        onProof={turnOff}
      />
    </div>
  )
}
