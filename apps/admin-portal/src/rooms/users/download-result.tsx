import type { BulkAction, BulkActionRow } from '@lockstep/contract/hub/bulk-action'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { saveFile } from '@lockstep/ui/save-file'
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { type CsvColumn, csvOf } from '../../lists/csv.ts'
import { walkPages } from '../../lists/walk-pages.ts'
import { userStates } from '../../words/words.ts'

const outcomes = {
  changed: 'changed',
  unchanged: 'was so already',
  failed: 'failed',
  not_reached: 'not reached',
} as const

const columns: readonly CsvColumn<BulkActionRow>[] = [
  { header: 'id', value: (row) => row.userId },
  { header: 'username', value: (row) => row.username },
  { header: 'display name', value: (row) => row.displayName },
  { header: 'state before', value: (row) => row.before && userStates[row.before].label },
  { header: 'result', value: (row) => outcomes[row.outcome] },
  { header: 'code', value: (row) => row.code },
  { header: 'message', value: (row) => row.message },
]

/** Saves one line for each user of a bulk action. */
export function DownloadResult({ action }: { readonly action: BulkAction }): ReactElement {
  const [busy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    try {
      const rows = await walkPages({
        fetchPage: (page) => hub.bulkActions.results(action.id, page),
        limit: action.total,
        pageSize: 1_000,
      })
      saveFile(
        `users-${action.action}-${action.started.slice(0, 10)}.csv`,
        'text/csv;charset=utf-8',
        csvOf(rows, columns),
      )
    } catch (error) {
      announce(`The result was not downloaded. ${failureOf(error).detail}`)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      variant="default"
      size="xs"
      loading={busy}
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => void run()}
    >
      Download result
    </Button>
  )
}
