import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { directoriesQuery } from '../../hub/queries.ts'
import { counted } from '../../words/words.ts'
import { type AuthorityKind, bulkEffects } from './bulk-preview.ts'
import { BulkQuestion } from './bulk-question.tsx'
import type { Selection } from './use-selection.ts'

interface BulkAuthorityDialogProps {
  /** Undefined while nothing is asked. */
  readonly kind: AuthorityKind | undefined
  readonly selection: Selection
  /** How many users match the list's filters. */
  readonly total: number
  readonly onClose: () => void
  readonly onStarted: () => void
}

const labels = { password_authority: 'Password authority', delegated_authority: 'Delegated authority' } as const
const hubValue = ''

/** Asks who gets the authority over the passwords of the selected users. */
export function BulkAuthorityDialog(props: BulkAuthorityDialogProps): ReactElement {
  const { kind = 'password_authority', selection, total } = props
  const directories = useQuery(directoriesQuery).data ?? []
  const [authority, setAuthority] = useState(hubValue)
  const isAll = selection.kind === 'matching'
  const whom = isAll ? { matching: { filter: selection.filter, count: total } } : { ids: [...selection.rows.keys()] }
  const amount = counted(isAll ? total : selection.rows.size, 'user')
  return (
    <BulkQuestion
      opened={props.kind !== undefined}
      title={`${labels[kind]} of ${amount}`}
      action={`Set for ${amount}`}
      wish={{ action: kind, authority: authority === hubValue ? null : authority, ...whom }}
      onClose={props.onClose}
      onStarted={props.onStarted}
    >
      <NativeSelect
        label={labels[kind]}
        value={authority}
        onChange={(event) => setAuthority(event.currentTarget.value)}
        data={[
          { value: hubValue, label: 'None (this hub)' },
          ...directories.map(({ id, name }) => ({ value: id, label: `Active Directory (${name})` })),
        ]}
      />
      <p>{bulkEffects[kind]}</p>
    </BulkQuestion>
  )
}
