import type { IntegrationRow } from '@lockstep/contract/hub/integration'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'

/** Ends an integration; its users stay. */
export function DeleteIntegration({ integration }: { readonly integration: IntegrationRow }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const { id, name, tokens, figures } = integration
  const act = useAct({
    run: () => hub.integrations.remove(id),
    done: `${name} deleted`,
    touches: ['users', 'groups'],
    after: () => void navigate({ to: '/integrations' }),
  })
  return (
    <Section
      title="Delete"
      detail="Ends what the client may do here. Nobody is deleted."
      actions={
        <ActionButton
          variant="default"
          c="var(--ls-red)"
          denied={denial('integrations.write')}
          onClick={() => setOpened(true)}
        >
          Delete integration
        </ActionButton>
      }
    >
      <ConfirmDialog
        opened={opened}
        title={`Delete ${name}?`}
        action="Delete integration"
        danger
        typedName={name}
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The integration was not deleted." unchanged="Nothing was changed." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          {tokens.length === 0 ? 'Its client' : `Its ${counted(tokens.length, 'token')}`} will be refused from now on,
          and its log goes. {counted(figures?.activeUsers ?? 0, 'active user')} that it owns, and its groups, stay and
          belong to nobody. This cannot be undone; to only stop the client, switch the integration off.
        </p>
      </ConfirmDialog>
    </Section>
  )
}
