import type { ServiceCredentialCreated } from '@lockstep/contract/hub/service-account'
import type { ReactElement } from 'react'
import { LabelledCode } from '../../feedback/labelled-code.tsx'
import { SecretDialog } from '../../feedback/secret-dialog.tsx'

interface ServiceSecretProps {
  readonly created: ServiceCredentialCreated | undefined
  readonly onClose: () => void
}

/** A new key's secret, the only time that it is seen; it closes with its own button only. */
export function ServiceSecret({ created, onClose }: ServiceSecretProps): ReactElement {
  const clientId = created?.credential.clientId
  return (
    <SecretDialog
      opened={created !== undefined}
      title={clientId === undefined ? 'The new API key' : 'The new OAuth client'}
      onClose={onClose}
    >
      <p>
        <strong>Copy the secret now; it is shown only this once.</strong>{' '}
        {clientId === undefined
          ? 'The program sends it as the header x-api-key.'
          : 'The program exchanges it for a token with the command below and sends that as the header Authorization.'}
      </p>
      {clientId !== undefined && <LabelledCode label="Client id" text={clientId} />}
      <LabelledCode label="Secret" text={created?.secret ?? ''} />
      {clientId !== undefined && (
        <LabelledCode
          label="Command for a token; it asks for the secret"
          text={`curl --user '${clientId}' --data grant_type=client_credentials ${window.location.origin}/oauth2/token`}
        />
      )}
    </SecretDialog>
  )
}
