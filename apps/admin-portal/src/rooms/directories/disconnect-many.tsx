import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { changeMany, type Refused } from './change-many.ts'
import { RefusedList } from './refused-list.tsx'

export interface Disconnection {
  /** Those who are connected here themselves, and can be disconnected here. */
  readonly ids: readonly string[]
  /** What happens to whom, a sentence each. */
  readonly effects: readonly string[]
}

interface DisconnectManyProps {
  readonly directory: DirectoryDetail
  readonly noun: 'user' | 'group'
  readonly chosen: ReadonlyMap<string, string>
  /** Looks what disconnecting means for each of them. */
  readonly look: (ids: readonly string[]) => Promise<Disconnection>
  readonly disconnect: (id: string) => Promise<unknown>
  readonly onClear: () => void
}

/** What can be done with the chosen rows. */
export function DisconnectMany(props: DisconnectManyProps): ReactElement | null {
  const { directory, noun, chosen, onClear } = props
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  if (chosen.size === 0) return null
  return (
    <div className="portal-bulk" role="group" aria-label={`Selected ${noun}s`}>
      <strong role="status">{counted(chosen.size, noun)} selected</strong>
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        Clear selection
      </Button>
      <span className="ls-spring" />
      <ActionButton variant="default" size="xs" denied={denial('directories.write')} onClick={() => setOpened(true)}>
        Disconnect {counted(chosen.size, noun)}
      </ActionButton>
      {opened && <Question {...props} title={`Disconnect from ${directory.name}?`} onClose={() => setOpened(false)} />}
    </div>
  )
}

function Question(props: DisconnectManyProps & { readonly title: string; readonly onClose: () => void }): ReactElement {
  const { directory, noun, chosen, look, onClear, onClose, title } = props
  const ids = [...chosen.keys()]
  const query = useQuery({
    queryKey: ['directories', 'disconnecting', directory.id, noun, ids],
    queryFn: () => look(ids),
  })
  const [refused, setRefused] = useState<readonly Refused[]>([])
  const found = query.data
  const act = useAct({
    run: () =>
      changeMany(
        (found?.ids ?? []).map((id) => ({ id, name: chosen.get(id) ?? id })),
        props.disconnect,
      ),
    done: (failed) => `${counted((found?.ids.length ?? 0) - failed.length, noun)} disconnected from ${directory.name}`,
    touches: ['users', 'groups', 'directories'],
    after: (failed) => {
      setRefused(failed)
      if (failed.length > 0) return
      onClose()
      onClear()
    },
  })
  const count = found?.ids.length ?? 0
  return (
    <ConfirmDialog
      opened
      title={title}
      action={found !== undefined && count === 0 ? 'Close' : `Disconnect ${counted(count, noun)}`}
      danger={count > 0}
      busy={act.isPending || found === undefined}
      error={<RefusedList refused={refused} title={`${counted(refused.length, noun)} not disconnected.`} />}
      onConfirm={() => (count === 0 ? onClose() : act.mutate())}
      onClose={onClose}
    >
      <QueryView query={query} what="What happens">
        {({ effects }) => (
          <>
            {effects.map((effect) => (
              <p key={effect}>{effect}</p>
            ))}
          </>
        )}
      </QueryView>
    </ConfirmDialog>
  )
}
