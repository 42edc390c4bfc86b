import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { Page } from '@lockstep/contract/hub/page'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { Button, Modal } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import type { ListSearch } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { changeMany, type Refused } from './change-many.ts'
import { RefusedList } from './refused-list.tsx'
import { useChosen } from './use-chosen.ts'

interface ConnectManyProps<T> {
  readonly directory: DirectoryDetail
  /** "user" or "group". */
  readonly noun: 'user' | 'group'
  readonly columns: readonly DataColumn<T>[]
  readonly nameOf: (row: T) => string
  readonly fetchPage: (query: object, signal?: AbortSignal) => Promise<Page<T>>
  readonly connect: (id: string) => Promise<unknown>
}

/** Chooses users or groups and connects them to the domain together. */
export function ConnectMany<T extends { readonly id: string }>(props: ConnectManyProps<T>): ReactElement {
  const { directory, noun } = props
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        denied={denial('directories.write')}
        onClick={() => setOpened(true)}
      >
        Connect {noun}s
      </ActionButton>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Connect ${noun}s to ${directory.name}`}
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Choice {...props} onClose={() => setOpened(false)} />
      </Modal>
    </>
  )
}

/** What connecting means in the domain's configuration. */
export function connectEffect(
  { useCase, name }: Pick<DirectoryDetail, 'useCase' | 'name'>,
  noun: 'user' | 'group',
): string {
  if (useCase === 'ADASAUTHORITY')
    return `${name} is managed in Active Directory and nothing is written to it: put ${noun}s into its integration group instead. What is connected here waits until the configuration is changed.`
  return noun === 'user'
    ? 'Each gets an account in the domain: one of the same name is taken over, otherwise one is made. It follows the user from then on.'
    : 'Each group is made in the domain, or one of the same name is taken over, and all its members get an account there.'
}

function Choice<T extends { readonly id: string }>(
  props: ConnectManyProps<T> & { readonly onClose: () => void },
): ReactElement {
  const { directory, noun, nameOf, onClose } = props
  const [search, setSearch] = useState<ListSearch>({})
  const { chosen, choose, clear } = useChosen<T>()
  const [refused, setRefused] = useState<readonly Refused[]>([])
  const act = useAct({
    run: () =>
      changeMany(
        [...chosen.values()].map((row) => ({ id: row.id, name: nameOf(row) })),
        props.connect,
      ),
    done: (found) => `${counted(chosen.size - found.length, noun)} connected to ${directory.name}`,
    touches: ['users', 'groups', 'directories'],
    after: (found) => {
      setRefused(found)
      clear()
      if (found.length === 0) onClose()
      else announce(`${counted(found.length, noun)} not connected`)
    },
  })
  return (
    <div className="ls-stack">
      <p>{connectEffect(directory, noun)}</p>
      <ListView<T, ListSearch>
        kind={`${noun}s`}
        what={`${noun}s to connect`}
        columns={props.columns}
        pageSize={10}
        rowId={(row) => row.id}
        rowName={nameOf}
        search={search}
        onSearch={setSearch}
        fetchPage={props.fetchPage}
        selected={new Set(chosen.keys())}
        onSelect={choose}
        onOpen={(row) => choose([row], !chosen.has(row.id))}
        firstUse={<EmptyState title={`No ${noun}s in this hub yet`} />}
      />
      <RefusedList refused={refused} title={`${counted(refused.length, noun)} not connected.`} />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          {refused.length > 0 ? 'Close' : 'Cancel'}
        </Button>
        <Button disabled={chosen.size === 0} loading={act.isPending} onClick={() => act.mutate()}>
          Connect {counted(chosen.size, noun)}
        </Button>
      </div>
    </div>
  )
}
