import type { BulkAction } from '@lockstep/contract/hub/bulk-action'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { counted } from '../../words/words.ts'
import { bulkVerbs } from './bulk-preview.ts'

/** More are in the downloaded result. */
const shownRows = 200

/** Shows one line for each user that a bulk action could not change. */
export function BulkFailures({ action }: { readonly action: BulkAction }): ReactElement {
  const [opened, setOpened] = useState(false)
  const query = useQuery({
    queryKey: ['bulk-actions', 'failures', action.id],
    queryFn: ({ signal }) => hub.bulkActions.results(action.id, { outcome: 'failed', limit: shownRows }, signal),
    enabled: opened,
  })
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpened(true)}>
        Show {counted(action.failed, 'failure')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        size="lg"
        title={`${counted(action.failed, 'user')} could not be ${bulkVerbs[action.action].done}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <QueryView query={query} what="The failures">
          {({ items, total }) => (
            <>
              <ul className="portal-rows">
                {items.map((row) => (
                  <li key={row.userId}>
                    <Link to="/users/$userId" params={{ userId: row.userId }}>
                      {row.displayName || row.username || row.userId}
                    </Link>
                    <span>{row.message}</span>
                  </li>
                ))}
              </ul>
              {total > items.length && (
                <p className="ls-dim">These are the first {items.length}. The downloaded result holds all of them.</p>
              )}
            </>
          )}
        </QueryView>
        <div className="ls-dialog-actions">
          <Button onClick={() => setOpened(false)}>Close</Button>
        </div>
      </Modal>
    </>
  )
}
