import type { UserDetail } from '@lockstep/contract/hub/user'
import { systemClock } from '@lockstep/kernel/clock'
import { Time } from '@lockstep/ui/time'
import type { ReactElement } from 'react'
import { AskedAction } from '../../feedback/asked-action.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { fieldOwner } from './field-owner.ts'
import { outsideLockOf } from './outside-lock.ts'
import { OwnerLink } from './owner-link.tsx'

/** That the user is locked out, by whom, and the way to end it; nothing while they are not. */
export function UserLock({ user }: { readonly user: UserDetail }): ReactElement | null {
  const outside = outsideLockOf(user, systemClock.now())
  if (!user.accountLocked && outside === undefined) return null
  return (
    <div className="ls-notice ls-tone-red">
      <div className="ls-notice-body">
        {user.accountLocked && (
          <>
            <p className="ls-notice-title">The user is locked out of this hub.</p>
            <p>After too many wrong passwords, or by an administrator.</p>
            <Unlock user={user} />
          </>
        )}
        {outside !== undefined && <OutsideLock user={user} until={outside.until} />}
      </div>
    </div>
  )
}

function OutsideLock({ user, until }: { readonly user: UserDetail; readonly until: string | undefined }): ReactElement {
  const owner = fieldOwner(user, 'password')
  return (
    <>
      <p className="ls-notice-title">
        The account is locked in {owner === undefined ? 'its domain' : <OwnerLink owner={owner} />}
        {until !== undefined && (
          <>
            {' until '}
            <Time at={until} exact />
          </>
        )}
        .
      </p>
      <p>Too many wrong passwords were typed there. The domain ends this lock, or an administrator of the domain.</p>
    </>
  )
}

function Unlock({ user }: { readonly user: UserDetail }): ReactElement {
  const { denial } = useSession()
  return (
    <div className="ls-notice-actions">
      <AskedAction
        label="Unlock"
        name="Unlock"
        denied={denial('users.write')}
        title={`Unlock ${user.name}?`}
        action="Unlock user"
        run={() => hub.users.unlock(user.id)}
        done={`${user.name} unlocked`}
        touches={['users']}
        failure={`${user.name} was not unlocked.`}
        unchanged="Nothing was changed."
      >
        <p>
          {user.name} can sign in again at once, and wrong passwords are counted anew. Where somebody else may have
          guessed, send a password link as well.
        </p>
      </AskedAction>
    </div>
  )
}
