import type {
  ServiceAccountRow,
  ServiceCredentialCreate,
  ServiceCredentialCreated,
} from '@lockstep/contract/hub/service-account'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Modal, Radio, Select } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { lifetimes } from './lifetimes.ts'

interface AddCredentialProps {
  readonly account: ServiceAccountRow
  readonly denied: string | undefined
  readonly onCreated: (created: ServiceCredentialCreated) => void
}

/** Gives a program a key or an OAuth client. */
export function AddCredential({ account, denied, onCreated }: AddCredentialProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const close = (): void => setOpened(false)
  const add = (created: ServiceCredentialCreated): void => {
    close()
    onCreated(created)
  }
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        denied={denied}
        aria-label={`Add key to ${account.name}`}
        onClick={() => setOpened(true)}
      >
        Add key
      </ActionButton>
      <Modal
        opened={opened}
        onClose={close}
        title={`Add key to ${account.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CredentialForm account={account} onCreated={add} onClose={close} />
      </Modal>
    </>
  )
}

interface CredentialFormProps {
  readonly account: ServiceAccountRow
  readonly onCreated: (created: ServiceCredentialCreated) => void
  readonly onClose: () => void
}

function CredentialForm({ account, onCreated, onClose }: CredentialFormProps): ReactElement {
  const create = useAct({
    run: (body: ServiceCredentialCreate) => hub.serviceAccounts.addCredential(account.id, body),
    done: `Key for ${account.name} created`,
    touches: ['service-accounts'],
    after: onCreated,
  })
  const form = useForm({
    initial: { kind: 'api_key', days: '90' },
    rules: {},
    onSubmit: ({ kind, days }) =>
      create.mutateAsync({ kind: kind === 'client_secret' ? kind : 'api_key', lifetimeDays: Number(days) }),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <Radio.Group label="Kind" value={form.values.kind} onChange={(kind) => form.set('kind', kind)}>
        <div className="ls-stack portal-radios">
          <Radio
            value="api_key"
            label="API key"
            description="One secret that is sent with every request. Simple, for scripts."
            data-autofocus
          />
          <Radio
            value="client_secret"
            label="OAuth client"
            description="A client id and a secret, exchanged for tokens that last an hour. For programs that know OAuth 2."
          />
        </div>
      </Radio.Group>
      <Select
        label="Expires after"
        description="The program has to be given a new key before then."
        data={lifetimes}
        allowDeselect={false}
        value={form.values.days}
        onChange={(days) => form.set('days', days ?? '90')}
      />
      <FailureNotice error={form.failure} title="The key was not created." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={form.busy}>
          Create key
        </Button>
      </div>
    </form>
  )
}
