import type { ServiceAccountRow, ServiceCredentialCreated } from '@lockstep/contract/hub/service-account'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Modal } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { rolesQuery, serviceAccountsQuery } from '../../hub/queries.ts'
import { shownRole } from '../../session/access.ts'
import { useSession } from '../../session/use-session.ts'
import { AddCredential } from './add-credential.tsx'
import { CredentialRow } from './credential-row.tsx'
import { DeleteServiceAccount } from './delete-service-account.tsx'
import { DisableServiceAccount } from './disable-service-account.tsx'
import { ServiceAccountForm } from './service-account-form.tsx'
import { ServiceSecret } from './service-secret.tsx'

/** The accounts of programs, each with its role and its keys. */
export function ServiceAccounts(): ReactElement {
  const { denial } = useSession()
  const readDenied = denial('service_accounts.read')
  const query = useQuery({ ...serviceAccountsQuery, enabled: readDenied === undefined })
  const [created, setCreated] = useState<ServiceCredentialCreated>()
  if (readDenied !== undefined) return <p className="ls-dim">{readDenied}</p>
  return (
    <Section
      title="Service accounts"
      detail="For programs that act by themselves: each has a role of its own and does not depend on a person who may leave."
      actions={<AccountDialog />}
    >
      <QueryView query={query} what="The service accounts">
        {(accounts) =>
          accounts.length === 0 ? (
            <EmptyState title="No service account yet">
              Give each connected program an account of its own; then its rights, its keys and what it did stand apart.
            </EmptyState>
          ) : (
            <ul className="settings-accounts">
              {accounts.map((account) => (
                <AccountCard key={account.id} account={account} onCreated={setCreated} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <ServiceSecret created={created} onClose={() => setCreated(undefined)} />
    </Section>
  )
}

/** Makes an account, or changes one. */
function AccountDialog({ account }: { readonly account?: ServiceAccountRow }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const title = account ? `Edit ${account.name}` : 'Create service account'
  const close = (): void => setOpened(false)
  return (
    <>
      <ActionButton
        variant="default"
        {...(account ? { size: 'xs', 'aria-label': title } : { leftSection: <IconPlus size={16} aria-hidden /> })}
        denied={denial('service_accounts.write')}
        onClick={() => setOpened(true)}
      >
        {account ? 'Edit' : title}
      </ActionButton>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <ServiceAccountForm account={account} onClose={close} />
      </Modal>
    </>
  )
}

interface AccountCardProps {
  readonly account: ServiceAccountRow
  readonly onCreated: (created: ServiceCredentialCreated) => void
}

function AccountCard({ account, onCreated }: AccountCardProps): ReactElement {
  const { denial } = useSession()
  const denied = denial('service_accounts.write')
  const { name, roleId, roleName, created, disabled, credentials } = account
  const roles = useQuery({ ...rolesQuery, enabled: denial('roles.read') === undefined })
  const role = roles.data?.items.find((each) => each.id === roleId)
  return (
    <li aria-label={name}>
      <div className="settings-account-head">
        <h3>{name}</h3>
        {disabled !== undefined && <StatusChip tone="amber" label="Disabled" />}
        <span className="ls-dim">
          {role ? shownRole(role) : roleName}, made <Time at={created} />
          {disabled !== undefined && (
            <>
              , disabled <Time at={disabled} />
            </>
          )}
        </span>
        <span className="ls-spring" />
        <span className="portal-row-acts">
          <AddCredential account={account} denied={denied} onCreated={onCreated} />
          <AccountDialog account={account} />
          <DisableServiceAccount account={account} denied={denied} />
          <DeleteServiceAccount account={account} denied={denied} />
        </span>
      </div>
      {credentials.length === 0 ? (
        <p className="ls-dim">No key yet, so the program cannot come in.</p>
      ) : (
        <ul className="portal-rows" aria-label={`Keys of ${name}`}>
          {credentials.map((credential) => (
            <CredentialRow
              key={credential.id}
              account={account}
              credential={credential}
              denied={denied}
              onCreated={onCreated}
            />
          ))}
        </ul>
      )}
    </li>
  )
}
