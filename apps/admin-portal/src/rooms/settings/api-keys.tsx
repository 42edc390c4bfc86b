import type { ApiKey } from '@lockstep/contract/hub/session'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { apiKeysQuery } from '../../hub/queries.ts'
import { AddApiKey } from './add-api-key.tsx'
import { ExpiryChip } from './expiry-chip.tsx'
import { KeyFacts } from './key-facts.tsx'

/** The keys with which programs come in. */
export function ApiKeys(): ReactElement {
  return (
    <Section
      title="API keys"
      detail="For your own scripts: a key may do what its administrator may do. Programs of their own belong under Service accounts."
      actions={<AddApiKey />}
    >
      <QueryView query={useQuery(apiKeysQuery)} what="The API keys">
        {(keys) =>
          keys.length === 0 ? (
            <p className="ls-dim">No API key yet.</p>
          ) : (
            <ul className="portal-rows">
              {keys.map((key) => (
                <ApiKeyRow key={key.id} apiKey={key} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  )
}

function ApiKeyRow({ apiKey }: { readonly apiKey: ApiKey }): ReactElement {
  const { created, lastUsed, expires } = apiKey
  return (
    <li>
      <span className="portal-who">
        <strong>{apiKey.name}</strong>
        <span className="ls-dim">of {apiKey.administratorName}</span>
      </span>
      <span className="ls-mono">{apiKey.prefix}…</span>
      {expires !== undefined && <ExpiryChip expires={expires} />}
      <KeyFacts created={created} lastUsed={lastUsed} expires={expires} />
      <span className="portal-row-acts">
        <RevokeApiKey apiKey={apiKey} />
      </span>
    </li>
  )
}

function RevokeApiKey({ apiKey }: { readonly apiKey: ApiKey }): ReactElement {
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.apiKeys.remove(apiKey.id),
    done: `${apiKey.name} revoked`,
    touches: ['api-keys'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        aria-label={`Revoke ${apiKey.name}`}
        onClick={() => setOpened(true)}
      >
        Revoke
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Revoke ${apiKey.name}?`}
        action="Revoke 1 key"
        danger
        busy={act.isPending}
        error={<FailureNotice error={act.error} title="The key was not revoked." unchanged="It still works." />}
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>Programs that use it are refused from now on. A revoked key cannot be brought back.</p>
      </ConfirmDialog>
    </>
  )
}
