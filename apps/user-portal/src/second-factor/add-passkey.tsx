import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { RecoveryCodes } from '@lockstep/ui/second-factor/recovery-codes'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { showPassword } from '../password/show-password.ts'
import { makePasskey } from './passkey-calls.ts'

interface AddPasskeyProps {
  readonly account: string
  /** The passkey is there and recovery codes are on the screen; nothing may close them by accident now. */
  readonly onCodes?: () => void
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Adds a passkey: password and a name, then what the browser asks, then recovery codes where it is the first factor. */
export function AddPasskey({ account, onCodes, onDone, onCancel }: AddPasskeyProps): ReactElement {
  const [codes, setCodes] = useState<readonly string[]>()
  const form = useForm({
    initial: { name: '', password: '' },
    rules: { name: required('a name'), password: required('your password') },
    onSubmit: async ({ name, password }) => {
      const { options } = await hub.secondFactor.passkeyOptions({ password })
      const credential = await makePasskey(options)
      const { recoveryCodes = [] } = await hub.secondFactor.registerPasskey({ name: name.trim(), credential })
      if (recoveryCodes.length === 0) return onDone()
      setCodes(recoveryCodes)
      onCodes?.()
    },
  })
  if (codes) return <RecoveryCodes codes={codes} account={account} action="I have kept them" onDone={onDone} />
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <p className="ls-dim">
        With a passkey you confirm it is you with a fingerprint, your face, a PIN or a security key. It works on this
        site only, so nobody can trick you out of it.
      </p>
      <TextInput
        label="Name"
        description="So that you know it again, such as “My phone”."
        maxLength={100}
        autoComplete="off"
        data-autofocus
        {...form.field('name')}
      />
      <PasswordInput
        label="Your password"
        description="To be sure that it is you."
        autoComplete="current-password"
        visibilityToggleButtonProps={showPassword}
        {...form.field('password')}
      />
      <FailureNotice error={form.failure} title="No passkey was added." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy}>
          Continue
        </Button>
      </div>
    </form>
  )
}
