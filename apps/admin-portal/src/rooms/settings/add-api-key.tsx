import type { ApiKeyCreated } from '@lockstep/contract/hub/session'
import { CodeBlock } from '@lockstep/ui/code-block'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { required } from '@lockstep/ui/form/form-rules'
import { useForm } from '@lockstep/ui/form/use-form'
import { Button, Modal, Select, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { lifetimes } from './lifetimes.ts'

/** Makes a key and shows its secret, once. */
export function AddApiKey(): ReactElement {
  const [opened, setOpened] = useState(false)
  const [created, setCreated] = useState<ApiKeyCreated>()
  const close = (): void => {
    setOpened(false)
    setCreated(undefined)
  }
  return (
    <>
      <ActionButton variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened(true)}>
        Create API key
      </ActionButton>
      <Modal
        opened={opened}
        onClose={close}
        title="Create API key"
        closeOnClickOutside={created === undefined}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {created ? <Secret created={created} onClose={close} /> : <ApiKeyForm onCreated={setCreated} onClose={close} />}
      </Modal>
    </>
  )
}

function Secret({ created, onClose }: { readonly created: ApiKeyCreated; readonly onClose: () => void }): ReactElement {
  return (
    <div className="ls-stack">
      <p>
        <strong>Copy the secret of {created.apiKey.name} now; it is shown only this once.</strong> Send it as the header
        x-api-key.
      </p>
      <CodeBlock label="secret" text={created.secret} />
      <div className="ls-dialog-actions">
        <Button onClick={onClose}>I have copied it</Button>
      </div>
    </div>
  )
}

interface ApiKeyFormProps {
  readonly onCreated: (created: ApiKeyCreated) => void
  readonly onClose: () => void
}

function ApiKeyForm({ onCreated, onClose }: ApiKeyFormProps): ReactElement {
  const create = useAct({
    run: hub.apiKeys.create,
    done: (made) => `${made.apiKey.name} created`,
    touches: ['api-keys'],
    after: onCreated,
  })
  const form = useForm({
    initial: { name: '', days: '90' },
    rules: { name: required('what the key is for') },
    onSubmit: ({ name, days }) => create.mutateAsync({ name: name.trim(), expiresInDays: Number(days) }),
  })
  return (
    <form ref={form.ref} onSubmit={form.submit} noValidate className="ls-stack">
      <TextInput
        label="Name"
        withAsterisk
        description="What uses it, for instance “payroll export”."
        data-autofocus
        autoComplete="off"
        maxLength={100}
        {...form.field('name')}
      />
      <Select
        label="Expires after"
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
          Create API key
        </Button>
      </div>
    </form>
  )
}
