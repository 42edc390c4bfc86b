import type {
  ServiceAccountRow,
  ServiceCredential,
  ServiceCredentialCreated,
} from '@lockstep/contract/hub/service-account'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
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
  const [opened, setOpened] = useState(false)
  const { kind, lifetimeDays, prefix } = credential
  const act = useAct({
    run: () => hub.serviceAccounts.addCredential(account.id, { kind, lifetimeDays }),
    done: `New key for ${account.name} created`,
    touches: ['service-accounts'],
    after: (created) => {
      setOpened(false)
      onCreated(created)
    },
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        denied={denied}
        aria-label={`Rotate ${prefix} of ${account.name}`}
        onClick={() => setOpened(true)}
      >
        Rotate
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title="Make a key that follows this one?"
        action="Create the new key"
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The key was not created." unchanged="The old one still works." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          {account.name} gets a new {kind === 'api_key' ? 'API key' : 'OAuth client'} for{' '}
          {lifetimeDays === 1 ? 'one day' : `${lifetimeDays} days`}. The old one goes on working, so that you can change
          the program over without a break; revoke it when its last use no longer moves.
        </p>
      </ConfirmDialog>
    </>
  )
}

function Revoke({ account, credential, denied }: CredentialProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.serviceAccounts.removeCredential(account.id, credential.id),
    done: `Key of ${account.name} revoked`,
    touches: ['service-accounts'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        denied={denied}
        aria-label={`Revoke ${credential.prefix} of ${account.name}`}
        onClick={() => setOpened(true)}
      >
        Revoke
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Revoke this key of ${account.name}?`}
        action="Revoke 1 key"
        danger
        busy={act.isPending}
        error={<FailureNotice error={act.error} title="The key was not revoked." unchanged="It still works." />}
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          The key <span className="ls-mono">{credential.clientId ?? `${credential.prefix}…`}</span> is refused from now
          on{credential.kind === 'client_secret' ? ', and so are the tokens that were given for it' : ''}. A revoked key
          cannot be brought back.
        </p>
      </ConfirmDialog>
    </>
  )
}
