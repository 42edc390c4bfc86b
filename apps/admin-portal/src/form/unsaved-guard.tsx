import { LeaveDialog } from '@lockstep/ui/form/leave-dialog'
import { useBlocker } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** Another tab of a page takes the form away just as another page does. */
function tabOf(search: object): unknown {
  return 'tab' in search ? search.tab : undefined
}

/** Asks before unsaved changes are left behind, inside the portal and on closing the tab. */
export function UnsavedGuard({ dirty }: { readonly dirty: boolean }): ReactElement {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && (current.pathname !== next.pathname || tabOf(current.search) !== tabOf(next.search)),
    enableBeforeUnload: () => dirty,
    withResolver: true,
  })
  return <LeaveDialog blocker={blocker} />
}
