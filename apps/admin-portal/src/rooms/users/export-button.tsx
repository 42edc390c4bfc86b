import type { UserListQuery, UserRow } from '@lockstep/contract/hub/user'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { saveFile } from '@lockstep/ui/save-file'
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { type CsvColumn, csvOf } from '../../lists/csv.ts'
import { walkPages } from '../../lists/walk-pages.ts'
import { counted } from '../../words/words.ts'

/** More would not fit a spreadsheet comfortably and takes minutes. */
const exportLimit = 200_000

const columns: readonly CsvColumn<UserRow>[] = [
  { header: 'id', value: (user) => user.id },
  { header: 'username', value: (user) => user.username },
  { header: 'email', value: (user) => user.email },
  { header: 'display name', value: (user) => user.displayName },
  { header: 'state', value: (user) => user.state },
  { header: 'department', value: (user) => user.department },
  { header: 'job title', value: (user) => user.jobTitle },
  { header: 'accounts', value: (user) => user.accountCount },
  { header: 'failed accounts', value: (user) => user.failedAccountCount },
  { header: 'created', value: (user) => user.created },
  { header: 'changed', value: (user) => user.updated },
]

/** Saves exactly the users that match search and filters. */
export function ExportButton({ query }: { readonly query: UserListQuery }): ReactElement {
  const [progress, setProgress] = useState<string>()
  const run = async (): Promise<void> => {
    setProgress('Reading …')
    try {
      const rows = await walkPages({
        fetchPage: (page) => hub.users.list({ ...query, ...page }),
        limit: exportLimit,
        onProgress: (done, total) => setProgress(`${done.toLocaleString('en')} of ${total.toLocaleString('en')}`),
      })
      saveFile('users.csv', 'text/csv;charset=utf-8', csvOf(rows, columns))
      announce(`${counted(rows.length, 'user')} exported`)
    } catch (error) {
      announce(`Nothing was exported. ${failureOf(error).detail}`)
    } finally {
      setProgress(undefined)
    }
  }
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      aria-disabled={progress !== undefined}
      onClick={() => progress ?? void run()}
    >
      {progress ?? 'Export CSV'}
    </Button>
  )
}
