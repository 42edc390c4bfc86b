import type { Passkey } from '@lockstep/contract/portal/second-factor'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { hub } from '../../hub/hub.ts'

interface RenamePasskeyProps {
  readonly passkey: Passkey
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Gives a passkey another name. */
export function RenamePasskey({ passkey, onDone, onCancel }: RenamePasskeyProps): ReactElement {
  const form = useForm({
    initial: { name: passkey.name },
    rules: { name: required('a name') },
    onSubmit: async ({ name }) => {
      await hub.secondFactor.renamePasskey(passkey.id, { name: name.trim() })
      onDone()
    },
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <TextInput label="Name" maxLength={100} autoComplete="off" data-autofocus {...form.field('name')} />
      <FailureNotice error={form.failure} title="The passkey was not renamed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy}>
          Rename
        </Button>
      </div>
    </form>
  )
}
