import type { ServiceCredentialCreated } from '@lockstep/contract/hub/service-account'
import { CodeBlock } from '@lockstep/ui/code-block'
import { Button, Modal } from '@mantine/core'
import type { ReactElement } from 'react'

interface ServiceSecretProps {
  readonly created: ServiceCredentialCreated | undefined
  readonly onClose: () => void
}

/** A new key's secret, the only time that it is seen; it closes with its own button only. */
export function ServiceSecret({ created, onClose }: ServiceSecretProps): ReactElement {
  const clientId = created?.credential.clientId
  return (
    <Modal
      opened={created !== undefined}
      onClose={onClose}
      title={clientId === undefined ? 'The new API key' : 'The new OAuth client'}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {created && (
        <div className="ls-stack">
          <p>
            <strong>Copy the secret now; it is shown only this once.</strong>{' '}
            {clientId === undefined
              ? 'The program sends it as the header x-api-key.'
              : 'The program exchanges it for a token with the command below and sends that as the header Authorization.'}
          </p>
          {clientId !== undefined && <Labelled label="Client id" text={clientId} />}
          <Labelled label="Secret" text={created.secret} />
          {clientId !== undefined && (
            <Labelled
              label="Command for a token; it asks for the secret"
              text={`curl --user '${clientId}' --data grant_type=client_credentials ${window.location.origin}/oauth2/token`}
            />
          )}
          <div className="ls-dialog-actions">
            <Button onClick={onClose} data-autofocus>
              I have copied it
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}

function Labelled({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return (
    <div>
      <p className="settings-label" aria-hidden>
        {label}
      </p>
      <CodeBlock label={label} text={text} />
    </div>
  )
}
