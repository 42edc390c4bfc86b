import type { IntegrationRow, IntegrationToken, IntegrationTokenCreated } from '@lockstep/contract/hub/integration'
import { EmptyState } from '@lockstep/ui/empty-state'
import { Section } from '@lockstep/ui/section'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { AskedAction } from '../../feedback/asked-action.tsx'
import { LabelledCode } from '../../feedback/labelled-code.tsx'
import { SecretDialog } from '../../feedback/secret-dialog.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { ExpiryChip } from '../settings/expiry-chip.tsx'
import { KeyFacts } from '../settings/key-facts.tsx'
import { AddToken } from './add-token.tsx'

/** The tokens with which an integration's client comes in. */
export function IntegrationTokens({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const denied = useSession().denial('integrations.write')
  const [created, setCreated] = useState<IntegrationTokenCreated>()
  const { tokens, builtIn } = integration
  if (builtIn)
    return (
      <Section title="Tokens">
        <p>
          This integration has none: it serves the API keys of administrators, which are made under{' '}
          <Link className="portal-link" to="/settings" search={{ tab: 'keys' }}>
            Settings
          </Link>
          .
        </p>
      </Section>
    )
  return (
    <Section
      title="Tokens"
      detail="To rotate one, create another, give it to the client, and revoke the old one when its last use no longer moves. Until then both work."
      actions={
        <AddToken
          integration={integration}
          denied={denied}
          label={tokens.length === 0 ? 'Create token' : 'Create another token'}
          onCreated={setCreated}
        />
      }
    >
      {tokens.length === 0 ? (
        <EmptyState title="No token yet">Without a token the client cannot come in.</EmptyState>
      ) : (
        <ul className="portal-rows" aria-label="Tokens">
          {tokens.map((token) => (
            <TokenRow key={token.id} integration={integration} token={token} denied={denied} onCreated={setCreated} />
          ))}
        </ul>
      )}
      <SecretDialog opened={created !== undefined} title="The new token" onClose={() => setCreated(undefined)}>
        {created && (
          <>
            <p>
              <strong>Copy the token now; it is shown only this once.</strong>
            </p>
            <LabelledCode label="Token" text={created.secret} />
            <LabelledCode label="Address" text={`${window.location.origin}/scim/v2`} />
          </>
        )}
      </SecretDialog>
    </Section>
  )
}

interface TokenProps {
  readonly integration: IntegrationRow
  readonly token: IntegrationToken
  readonly denied: string | undefined
}

function TokenRow({ onCreated, ...props }: TokenProps & Pick<RotateProps, 'onCreated'>): ReactElement {
  const { prefix, created, lastUsed, expires } = props.token
  return (
    <li>
      <span className="portal-who">
        <span className="ls-mono">{prefix}…</span>
      </span>
      {expires !== undefined && <ExpiryChip expires={expires} />}
      <KeyFacts created={created} lastUsed={lastUsed} expires={expires} />
      <span className="portal-row-acts">
        <Rotate {...props} onCreated={onCreated} />
        <Revoke {...props} />
      </span>
    </li>
  )
}

interface RotateProps extends TokenProps {
  readonly onCreated: (created: IntegrationTokenCreated) => void
}

const dayMs = 86_400_000

function Rotate({ integration, token, denied, onCreated }: RotateProps): ReactElement {
  const { created, expires, prefix } = token
  const days = expires === undefined ? undefined : Math.round((Date.parse(expires) - Date.parse(created)) / dayMs)
  return (
    <AskedAction
      label="Rotate"
      name={`Rotate ${prefix}`}
      denied={denied}
      title="Make a token that follows this one?"
      action="Create the new token"
      run={() =>
        hub.integrations.addToken(integration.id, days === undefined ? {} : { lifetimeDays: Math.max(1, days) })
      }
      done={`New token for ${integration.name} created`}
      touches={['integrations']}
      after={onCreated}
      failure="The token was not created."
      unchanged="The old one still works."
    >
      <p>
        {integration.name} gets a new token{' '}
        {days === undefined ? 'without an end' : `for ${days === 1 ? 'one day' : `${days} days`}`}. The old one goes on
        working, so that the client can be changed over without a break.
      </p>
    </AskedAction>
  )
}

function Revoke({ integration, token, denied }: TokenProps): ReactElement {
  const others = integration.tokens.filter(({ id, expired }) => id !== token.id && !expired).length
  return (
    <AskedAction
      label="Revoke"
      name={`Revoke ${token.prefix}`}
      danger
      denied={denied}
      title="Revoke this token?"
      action="Revoke 1 token"
      run={() => hub.integrations.removeToken(integration.id, token.id)}
      done={`Token of ${integration.name} revoked`}
      touches={['integrations']}
      failure="The token was not revoked."
      unchanged="It still works."
    >
      <p>
        The token <span className="ls-mono">{token.prefix}…</span> is refused from now on, and cannot be brought back.{' '}
        {others === 0
          ? `It is the last one: ${integration.name} cannot come in until another is created.`
          : 'The other tokens keep working.'}
      </p>
    </AskedAction>
  )
}
