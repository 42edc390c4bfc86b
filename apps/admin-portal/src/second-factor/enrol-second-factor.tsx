import type { SecondFactorSecret } from '@lockstep/contract/hub/second-factor'
import { CodeBlock } from '@lockstep/ui/code-block'
import { QrCode } from '@lockstep/ui/qr-code'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { FailureNotice } from '../feedback/failure-notice.tsx'
import { required } from '../form/form-rules.ts'
import { useForm } from '../form/use-form.ts'
import { hub } from '../hub/hub.ts'
import { keyGroups } from './key-groups.ts'
import { authenticatorCode, proofOf } from './proof-rules.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

interface EnrolProps {
  /** The administrator's address. */
  readonly account: string
  /** The last button's words. */
  readonly action: string
  /** The factor is on and its recovery codes are on the screen; nothing may close it by accident now. */
  readonly onEnrolled?: () => void
  readonly onDone: () => void
  readonly onCancel?: () => void
}

/** Sets up a second factor: password, QR code with the first code, recovery codes. */
export function EnrolSecondFactor({ account, action, onEnrolled, onDone, onCancel }: EnrolProps): ReactElement {
  const [secret, setSecret] = useState<SecondFactorSecret>()
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <RecoveryCodes codes={codes} account={account} action={action} onDone={onDone} />
  if (secret === undefined) return <PasswordStep onSecret={setSecret} onCancel={onCancel} />
  const enrolled = (recoveryCodes: readonly string[]): void => {
    setCodes(recoveryCodes)
    onEnrolled?.()
  }
  return <ScanStep secret={secret} onEnrolled={enrolled} onCancel={onCancel} />
}

type Cancel = (() => void) | undefined

function Steps({ busy, text, onCancel }: { readonly busy: boolean; readonly text: string; readonly onCancel: Cancel }) {
  return (
    <div className="ls-dialog-actions">
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      )}
      <Button type="submit" loading={busy}>
        {text}
      </Button>
    </div>
  )
}

interface PasswordStepProps {
  readonly onSecret: (secret: SecondFactorSecret) => void
  readonly onCancel: Cancel
}

function PasswordStep({ onSecret, onCancel }: PasswordStepProps): ReactElement {
  const form = useForm({
    initial: { password: '' },
    rules: { password: required('your password') },
    onSubmit: async ({ password }) => onSecret(await hub.session.secondFactor.enrol({ password })),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <p className="ls-dim">
        You need an authenticator app on your phone, such as Aegis, Google Authenticator, Microsoft Authenticator or a
        password manager. Setting it up takes a minute.
      </p>
      <PasswordInput
        label="Your password"
        description="To be sure that it is you."
        autoComplete="current-password"
        data-autofocus
        // A dialog that opens with it moves the focus by itself, and must have seen where it was.
        autoFocus={onCancel === undefined}
        {...form.field('password')}
      />
      <FailureNotice error={form.failure} title="The set-up was not begun." unchanged="Nothing was changed." />
      <Steps busy={form.busy} text="Continue" onCancel={onCancel} />
    </form>
  )
}

interface ScanStepProps {
  readonly secret: SecondFactorSecret
  readonly onEnrolled: (codes: readonly string[]) => void
  readonly onCancel: Cancel
}

function ScanStep({ secret, onEnrolled, onCancel }: ScanStepProps): ReactElement {
  const form = useForm({
    initial: { code: '' },
    rules: { code: authenticatorCode },
    onSubmit: async ({ code }) => {
      const confirmed = await hub.session.secondFactor.confirm({ code: '', ...proofOf('code', code) })
      onEnrolled(confirmed.recoveryCodes)
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <p>Scan this picture with your authenticator app.</p>
      <QrCode text={secret.otpauthUrl} label="QR code for your authenticator app" />
      <details className="portal-details">
        <summary>I cannot scan it</summary>
        <div className="ls-stack">
          <p className="ls-dim">Add an account by hand in the app: time-based, six digits, with this key.</p>
          <CodeBlock label="key" text={keyGroups(secret.secret)} />
        </div>
      </details>
      <TextInput
        label="Code from the app"
        description="Six digits; a new code comes every 30 seconds."
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        data-autofocus
        autoFocus
        {...form.field('code')}
      />
      <FailureNotice error={form.failure} title="The second factor is not on." unchanged="Nothing was changed." />
      <Steps busy={form.busy} text="Turn on" onCancel={onCancel} />
    </form>
  )
}
