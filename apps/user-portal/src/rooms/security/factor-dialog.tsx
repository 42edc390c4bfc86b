import type { Passkey } from '@lockstep/contract/portal/second-factor'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { EnrolSecondFactor } from '@lockstep/ui/second-factor/enrol-second-factor'
import { RecoveryCodes } from '@lockstep/ui/second-factor/recovery-codes'
import { Modal } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { AddPasskey } from '../../second-factor/add-passkey.tsx'
import { authenticatorCalls } from '../../second-factor/factor-calls.ts'
import { useSession } from '../../session/use-session.ts'
import { PasswordForm } from './password-form.tsx'
import { RenamePasskey } from './rename-passkey.tsx'

/** What is done with the own second factors. */
export type FactorAct =
  | { readonly kind: 'add-authenticator' | 'remove-authenticator' | 'renew-codes' | 'add-passkey' }
  | { readonly kind: 'rename-passkey' | 'remove-passkey'; readonly passkey: Passkey }

function titleOf(act: FactorAct): string {
  switch (act.kind) {
    case 'add-authenticator':
      return 'Set up authenticator app'
    case 'remove-authenticator':
      return 'Remove the authenticator app?'
    case 'renew-codes':
      return 'Make new recovery codes?'
    case 'add-passkey':
      return 'Add passkey'
    case 'rename-passkey':
      return `Rename ${act.passkey.name}`
    case 'remove-passkey':
      return `Remove ${act.passkey.name}?`
  }
}

interface FactorDialogProps {
  readonly act: FactorAct | undefined
  readonly onClose: () => void
}

/** Asks for what each act needs; new recovery codes close with their own button only. */
export function FactorDialog({ act, onClose }: FactorDialogProps): ReactElement {
  const [isShown, setShown] = useState(false)
  const close = (): void => {
    setShown(false)
    onClose()
  }
  return (
    <Modal
      opened={act !== undefined}
      onClose={close}
      title={act && (isShown ? 'Your recovery codes' : titleOf(act))}
      closeOnClickOutside={false}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {act && <Content act={act} onShown={() => setShown(true)} onClose={close} />}
    </Modal>
  )
}

interface ContentProps {
  readonly act: FactorAct
  readonly onShown: () => void
  readonly onClose: () => void
}

function Content({ act, onShown, onClose }: ContentProps): ReactElement {
  const account = useSession().user.username
  const done = (text: string) => (): void => {
    announce(text)
    onClose()
  }
  switch (act.kind) {
    case 'add-authenticator':
      return (
        <EnrolSecondFactor
          calls={authenticatorCalls}
          account={account}
          action="I have kept them"
          onEnrolled={onShown}
          onDone={done('Authenticator app set up')}
          onCancel={onClose}
        />
      )
    case 'add-passkey':
      return <AddPasskey account={account} onCodes={onShown} onDone={done('Passkey added')} onCancel={onClose} />
    case 'renew-codes':
      return <NewCodes account={account} onShown={onShown} onClose={onClose} />
    case 'rename-passkey':
      return <RenamePasskey passkey={act.passkey} onDone={done('Passkey renamed')} onCancel={onClose} />
    case 'remove-authenticator':
      return (
        <PasswordForm
          text="Its codes stop working at once."
          action="Remove app"
          danger
          failed="The authenticator app is still on."
          onPassword={(password) => hub.secondFactor.removeAuthenticator({ password })}
          onDone={done('Authenticator app removed')}
          onCancel={onClose}
        />
      )
    case 'remove-passkey':
      return (
        <PasswordForm
          text="You can no longer sign in with it. It stays listed on your device until you delete it there."
          action="Remove passkey"
          danger
          failed="The passkey was not removed."
          onPassword={(password) => hub.secondFactor.removePasskey(act.passkey.id, { password })}
          onDone={done('Passkey removed')}
          onCancel={onClose}
        />
      )
  }
}

interface NewCodesProps {
  readonly account: string
  readonly onShown: () => void
  readonly onClose: () => void
}

function NewCodes({ account, onShown, onClose }: NewCodesProps): ReactElement {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <RecoveryCodes codes={codes} account={account} action="I have kept them" onDone={onClose} />
  return (
    <PasswordForm
      text="You get ten new codes. Those that you have stop working at once."
      action="Make new codes"
      failed="No new codes were made."
      onPassword={async (password) => {
        setCodes((await hub.secondFactor.renewRecoveryCodes({ password })).recoveryCodes)
        onShown()
      }}
      onCancel={onClose}
    />
  )
}
