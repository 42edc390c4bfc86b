import { keepPasswordToken } from '@lockstep/ui/door/kept-token'
import { Time } from '@lockstep/ui/time'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { ChoosePassword } from './choose-password.tsx'
import { LinkDoor } from './link-door.tsx'
import { useEnter } from './use-enter.ts'

/** Where a new account begins: who it is for, and its first password. */
export function ActivationRoom(): ReactElement {
  const [isUsed, setUsed] = useState(false)
  const enter = useEnter()
  return (
    <LinkDoor title="Welcome" look={hub.activation.look} isUsed={isUsed}>
      {({ user, organization, expires, ...facts }, token) => (
        <>
          <p>
            Hello {user.name || user.username}, this is your account at {organization.name}. Choose a password to begin.
          </p>
          <dl className="my-who">
            <div>
              <dt>Username</dt>
              <dd>{user.username}</dd>
            </div>
            <div>
              <dt>E-mail</dt>
              <dd>{user.email}</dd>
            </div>
          </dl>
          <ChoosePassword
            facts={{ user, organization, expires, ...facts }}
            action="Start"
            onChosen={async (password) => {
              const reply = await hub.activation.activate({ token, password })
              setUsed(true)
              keepPasswordToken('')
              await enter(undefined, reply)
            }}
          />
          <p className="ls-dim">
            The link works once and expires <Time at={expires} />.
          </p>
        </>
      )}
    </LinkDoor>
  )
}
