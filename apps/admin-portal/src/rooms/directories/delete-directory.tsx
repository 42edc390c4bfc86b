import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { disconnectionQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { StepList } from './step-list.tsx'

/** What disconnecting does, to whom; asked for when the dialog opens. */
function Disconnection({ id }: { readonly id: string }): ReactElement {
  return (
    <QueryView query={useQuery(disconnectionQuery(id))} what="What happens">
      {(steps) => <StepList label="What happens" steps={steps} />}
    </QueryView>
  )
}

/** Ends the connection to a domain. */
export function DeleteDirectory({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const act = useAct({
    run: () => hub.directories.remove(directory.id),
    done: `${directory.name} disconnected`,
    touches: ['users', 'groups'],
    after: () => void navigate({ to: '/directories' }),
  })
  return (
    <Section
      title="Disconnect"
      detail="Ends the binding to this domain. Nothing in the domain changes."
      actions={
        <ActionButton
          variant="default"
          c="var(--ls-red)"
          denied={denial('directories.write')}
          onClick={() => setOpened(true)}
        >
          Disconnect domain
        </ActionButton>
      }
    >
      <ConfirmDialog
        opened={opened}
        title={`Disconnect ${directory.name}?`}
        action="Disconnect domain"
        danger
        typedName={directory.name}
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="The domain was not disconnected." unchanged="Nothing was changed." />
        }
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>Nobody is lost. This is what happens:</p>
        <Disconnection id={directory.id} />
        <p>To go back, connect the domain again and add new agents.</p>
      </ConfirmDialog>
    </Section>
  )
}
