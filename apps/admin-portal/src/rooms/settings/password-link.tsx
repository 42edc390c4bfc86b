import type { Administrator } from '@lockstep/contract/hub/session'
import { CodeBlock } from '@lockstep/ui/code-block'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'
import { SecretDialog } from '../../feedback/secret-dialog.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'

interface PasswordLinkProps {
  readonly administrator: Administrator
  readonly opened: boolean
  readonly onClose: () => void
}

/** Makes a link with which somebody chooses a password, and shows it the only time that it is seen. */
export function PasswordLink({ administrator, opened, onClose }: PasswordLinkProps): ReactElement {
  const { id, name } = administrator
  const act = useAct({
    run: () => hub.administrators.makePasswordLink(id),
    done: `Password link for ${name} made`,
    touches: [],
  })
  const close = (): void => {
    onClose()
    act.reset()
  }
  const made = act.data
  return (
    <>
      <ConfirmDialog
        opened={opened && made === undefined}
        title={`Make a password link for ${name}?`}
        action="Make password link"
        busy={act.isPending}
        error={
          <FailureNotice error={act.error} title="No link was made." unchanged="The present password still works." />
        }
        onConfirm={() => act.mutate()}
        onClose={close}
      >
        <p>
          Whoever opens the link chooses a new password for {administrator.email}. It works once, within a day, and ends
          an earlier link. Until then the present password goes on working; a second factor stays.
        </p>
      </ConfirmDialog>
      <SecretDialog opened={opened && made !== undefined} title={`The password link for ${name}`} onClose={close}>
        {made && (
          <>
            <p>
              <strong>Copy the link now; it is shown only this once.</strong> Hand it over by a safe way. It expires{' '}
              <Time at={made.expires} />.
            </p>
            <CodeBlock
              label="Password link"
              text={`${window.location.origin}${import.meta.env.BASE_URL}password?token=${made.token}`}
            />
          </>
        )}
      </SecretDialog>
    </>
  )
}
