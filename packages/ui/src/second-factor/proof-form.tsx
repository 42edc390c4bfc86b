import { Button, TextInput } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { FailureNotice } from '../feedback/failure-notice.tsx'
import { useForm } from '../form/use-form.ts'
import { authenticatorCode, type ProofKind, proofOf, recoveryCode } from './proof-rules.ts'

interface ProofFieldProps {
  readonly kind: ProofKind
  /** Absent where there is no authenticator whose code could be given. */
  readonly onKind?: (kind: ProofKind) => void
  /** Takes the focus when it appears; not with a dialog that opens, which moves the focus by itself. */
  readonly autoFocus: boolean
  /** What a form gives its field. */
  readonly field: object
}

/** The code of the authenticator, or a recovery code instead. */
export function ProofField({ kind, onKind, autoFocus, field }: ProofFieldProps): ReactElement {
  return (
    <>
      {kind === 'code' ? (
        <TextInput
          key="code"
          label="Code from your authenticator app"
          description="Six digits; a new code comes every 30 seconds."
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={10}
          data-autofocus
          autoFocus={autoFocus}
          {...field}
        />
      ) : (
        <TextInput
          key="recovery"
          label="Recovery code"
          description="One of the ten that you kept when you set up the second factor. It works once."
          autoComplete="off"
          spellCheck={false}
          maxLength={30}
          data-autofocus
          autoFocus={autoFocus}
          {...field}
        />
      )}
      {onKind && (
        <button
          type="button"
          className="portal-text-button"
          onClick={() => onKind(kind === 'code' ? 'recovery' : 'code')}
        >
          {kind === 'code' ? 'Use a recovery code instead' : 'Use the authenticator app instead'}
        </button>
      )}
    </>
  )
}

interface ProofFormProps {
  readonly action: string
  readonly danger?: boolean
  /** What failed, as a sentence. */
  readonly failed: string
  readonly onProof: (proof: ReturnType<typeof proofOf>) => Promise<unknown>
  readonly onCancel: () => void
}

/** Asks for the second factor before something is done with it. */
export function ProofForm({ action, danger = false, failed, onProof, onCancel }: ProofFormProps): ReactElement {
  const [kind, setKind] = useState<ProofKind>('code')
  const [wasChanged, setWasChanged] = useState(false)
  const form = useForm({
    initial: { code: '' },
    rules: { code: kind === 'code' ? authenticatorCode : recoveryCode },
    onSubmit: ({ code }) => onProof(proofOf(kind, code)),
  })
  const change = (next: ProofKind): void => {
    setKind(next)
    setWasChanged(true)
    form.discard()
  }
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <ProofField kind={kind} onKind={change} autoFocus={wasChanged} field={form.field('code')} />
      <FailureNotice error={form.failure} title={failed} unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" color={danger ? 'red' : 'indigo'} loading={form.busy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
