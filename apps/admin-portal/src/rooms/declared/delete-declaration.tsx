import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { valueCountsQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import type { Declaration } from './declaration-draft.ts'
import { LossesDialog } from './losses-dialog.tsx'
import { lossesOf } from './schema-draft.ts'

interface DeleteDeclarationProps {
  readonly declaration: Declaration
  readonly denied: string | undefined
  readonly onDone: () => void
}

/** Deletes a schema or type of resources, after saying what goes with it. */
export function DeleteDeclaration(props: DeleteDeclarationProps): ReactElement {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <ActionButton variant="default" c="var(--ls-red)" denied={props.denied} onClick={() => setOpened(true)}>
        Delete
      </ActionButton>
      {opened && <Asking {...props} onClose={() => setOpened(false)} />}
    </>
  )
}

function Asking({
  declaration,
  onDone,
  onClose,
}: DeleteDeclarationProps & { readonly onClose: () => void }): ReactElement {
  const { kind, key, name, size } = declaration
  const counts = useQuery({ ...valueCountsQuery(key), enabled: kind === 'schema' })
  const act = useAct({
    run: (discard: number) =>
      kind === 'schema' ? hub.integrations.removeSchema(key, discard) : hub.integrations.removeType(key, discard),
    done: `${name} deleted`,
    touches: ['integrations', 'users', 'groups'],
    after: onDone,
  })
  const shared = {
    title: `Delete ${name}?`,
    busy: act.isPending,
    error: <FailureNotice error={act.error} title="It was not deleted." unchanged="Nothing was changed." />,
    onClose,
  }
  if (kind === 'type')
    return (
      <LossesDialog
        {...shared}
        action="Delete resource type"
        losses={[]}
        {...(size > 0 ? { typedName: name } : {})}
        onConfirm={() => act.mutate(size)}
      >
        <p>
          {size === 0
            ? 'There are no resources of it. Clients find it no longer.'
            : `${counted(size, 'resource')} will be deleted with it. This cannot be undone.`}
        </p>
      </LossesDialog>
    )
  const losses = lossesOf(undefined, counts.data ?? [])
  return (
    <LossesDialog
      {...shared}
      action="Delete schema"
      losses={losses}
      blocked={counts.data === undefined}
      {...(losses.length > 0 ? { typedName: name } : {})}
      onConfirm={(values) => act.mutate(values)}
    >
      <QueryView query={counts} what="What is kept of it">
        {() => <p>{losses.length === 0 ? 'No values are kept of it. ' : ''}Clients find it no longer.</p>}
      </QueryView>
    </LossesDialog>
  )
}
