import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { CodeBlock } from '../code-block.tsx'
import { FailureNotice } from '../feedback/failure-notice.tsx'
import { required } from '../form/form-rules.ts'
import { useForm } from '../form/use-form.ts'
import { QrCode } from '../qr-code.tsx'
import { keyGroups } from './key-groups.ts'
import { authenticatorCode, bareCode } from './proof-rules.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

/** The secret for the authenticator: as text to type, and as an address for a QR code. */
interface Secret {
  readonly secret: string
  readonly otpauthUrl: string
}

/** What is asked of the hub on the way. */
interface EnrolCalls {
  readonly begin: (password: string) => Promise<Secret>
  /** Answers with the recovery codes; with none when the account has some already. */
  readonly confirm: (code: string) => Promise<readonly string[]>
}

interface EnrolProps {
  readonly calls: EnrolCalls
  /** Whose factor it is: the address or username that is signed in with. */
  readonly account: string
  /** The last button's words. */
  readonly action: string
  /** The factor is on and its recovery codes are on the screen; nothing may close it by accident now. */
  readonly onEnrolled?: () => void
  readonly onDone: () => void
  readonly onCancel?: () => void
}

/** Sets up a second factor: password, QR code with the first code, recovery codes. */
export function EnrolSecondFactor({ calls, account, action, onEnrolled, onDone, onCancel }: EnrolProps): ReactElement {
  const [secret, setSecret] = useState<Secret>()
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <RecoveryCodes codes={codes} account={account} action={action} onDone={onDone} />
  if (secret === undefined) return <PasswordStep begin={calls.begin} onSecret={setSecret} onCancel={onCancel} />
  const enrolled = (recoveryCodes: readonly string[]): void => {
    if (recoveryCodes.length === 0) return onDone()
    setCodes(recoveryCodes)
    onEnrolled?.()
  }
  return <ScanStep confirm={calls.confirm} secret={secret} onEnrolled={enrolled} onCancel={onCancel} />
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
  readonly begin: EnrolCalls['begin']
  readonly onSecret: (secret: Secret) => void
  readonly onCancel: Cancel
}

function PasswordStep({ begin, onSecret, onCancel }: PasswordStepProps): ReactElement {
  const form = useForm({
    initial: { password: '' },
    rules: { password: required('your password') },
    onSubmit: async ({ password }) => onSecret(await begin(password)),
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
  readonly confirm: EnrolCalls['confirm']
  readonly secret: Secret
  readonly onEnrolled: (codes: readonly string[]) => void
  readonly onCancel: Cancel
}

function ScanStep({ confirm, secret, onEnrolled, onCancel }: ScanStepProps): ReactElement {
  const form = useForm({
    initial: { code: '' },
    rules: { code: authenticatorCode },
    onSubmit: async ({ code }) => onEnrolled(await confirm(bareCode(code))),
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
