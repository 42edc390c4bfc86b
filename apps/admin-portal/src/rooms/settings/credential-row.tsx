import type {
  ServiceAccountRow,
  ServiceCredential,
  ServiceCredentialCreated,
} from '@lockstep/contract/hub/service-account'
import type { ReactElement } from 'react'
import { AskedAction } from '../../feedback/asked-action.tsx'
import { hub } from '../../hub/hub.ts'
import { ExpiryChip } from './expiry-chip.tsx'
import { KeyFacts } from './key-facts.tsx'

interface CredentialProps {
  readonly account: ServiceAccountRow
  readonly credential: ServiceCredential
  readonly denied: string | undefined
}

interface CredentialRowProps extends CredentialProps {
  readonly onCreated: (created: ServiceCredentialCreated) => void
}

/** One key of a program, with its end and its last use. */
export function CredentialRow({ onCreated, ...props }: CredentialRowProps): ReactElement {
  const { credential } = props
  const { kind, clientId, prefix, created, createdBy, expires, lastUsed } = credential
  return (
    <li>
      <span className="portal-who">
        <span>{kind === 'api_key' ? 'API key' : 'OAuth client'}</span>
        <span className="ls-mono">{clientId ?? `${prefix}…`}</span>
      </span>
      <ExpiryChip expires={expires} />
      <KeyFacts created={created} createdBy={createdBy} lastUsed={lastUsed} expires={expires} />
      <span className="portal-row-acts">
        <Rotate {...props} onCreated={onCreated} />
        <Revoke {...props} />
      </span>
    </li>
  )
}

function Rotate({ account, credential, denied, onCreated }: CredentialRowProps): ReactElement {
  const { kind, lifetimeDays, prefix } = credential
  return (
    <AskedAction
      label="Rotate"
      name={`Rotate ${prefix} of ${account.name}`}
      denied={denied}
      title="Make a key that follows this one?"
      action="Create the new key"
      run={() => hub.serviceAccounts.addCredential(account.id, { kind, lifetimeDays })}
      done={`New key for ${account.name} created`}
      touches={['service-accounts']}
      after={onCreated}
      failure="The key was not created."
      unchanged="The old one still works."
    >
      <p>
        {account.name} gets a new {kind === 'api_key' ? 'API key' : 'OAuth client'} for{' '}
        {lifetimeDays === 1 ? 'one day' : `${lifetimeDays} days`}. The old one goes on working, so that you can change
        the program over without a break; revoke it when its last use no longer moves.
      </p>
    </AskedAction>
  )
}

function Revoke({ account, credential, denied }: CredentialProps): ReactElement {
  return (
    <AskedAction
      label="Revoke"
      name={`Revoke ${credential.prefix} of ${account.name}`}
      danger
      denied={denied}
      title={`Revoke this key of ${account.name}?`}
      action="Revoke 1 key"
      run={() => hub.serviceAccounts.removeCredential(account.id, credential.id)}
      done={`Key of ${account.name} revoked`}
      touches={['service-accounts']}
      failure="The key was not revoked."
      unchanged="It still works."
    >
      <p>
        The key <span className="ls-mono">{credential.clientId ?? `${credential.prefix}…`}</span> is refused from now on
        {credential.kind === 'client_secret' ? ', and so are the tokens that were given for it' : ''}. A revoked key
        cannot be brought back.
      </p>
    </AskedAction>
  )
}
