import type { IntegrationRow, IntegrationTokenCreated } from '@lockstep/contract/hub/integration'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Button, Modal, Select } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { lifetimes } from '../settings/lifetimes.ts'

interface AddTokenProps {
  readonly integration: IntegrationRow
  readonly denied: string | undefined
  readonly label: string
  readonly onCreated: (created: IntegrationTokenCreated) => void
}

const forever = 'never'
const choices = [...lifetimes, { value: forever, label: 'Never' }]

/** Makes a token; how it is shown is the caller's matter. */
export function AddToken({ integration, denied, label, onCreated }: AddTokenProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const [days, setDays] = useState('365')
  const { id, name } = integration
  const create = useAct({
    run: () => hub.integrations.addToken(id, days === forever ? {} : { lifetimeDays: Number(days) }),
    done: `Token for ${name} created`,
    touches: ['integrations'],
    after: (created) => {
      setOpened(false)
      onCreated(created)
    },
  })
  return (
    <>
      <ActionButton denied={denied} onClick={() => setOpened(true)}>
        {label}
      </ActionButton>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Create a token for ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          className="ls-stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (!create.isPending) create.mutate()
          }}
        >
          <Select
            data-autofocus
            label="Expires after"
            description="The client has to be given a new token before then. Tokens made before keep working."
            data={choices}
            allowDeselect={false}
            value={days}
            onChange={(next) => setDays(next ?? days)}
          />
          <FailureNotice error={create.error} title="The token was not created." unchanged="Nothing was changed." />
          <div className="ls-dialog-actions">
            <Button variant="default" onClick={() => setOpened(false)}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create token
            </Button>
          </div>
        </form>
      </Modal>
    </>
  )
}
