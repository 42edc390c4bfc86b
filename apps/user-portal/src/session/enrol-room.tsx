import { EnrolSecondFactor } from '@lockstep/ui/second-factor/enrol-second-factor'
import { IconDeviceMobile, IconKey } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react'
import { AddPasskey } from '../second-factor/add-passkey.tsx'
import { authenticatorCalls } from '../second-factor/factor-calls.ts'
import { knowsPasskeys } from '../second-factor/passkey-calls.ts'
import { Door } from './door.tsx'
import { signOut } from './leave.ts'
import { useEnter } from './use-enter.ts'
import { useSession } from './use-session.ts'

type Way = 'authenticator' | 'passkey'

/** Where those who need a second factor are held until they have set one up. */
export function EnrolRoom(): ReactElement {
  const { to } = useSearch({ from: '/enrol' })
  const { user, organization } = useSession()
  const enter = useEnter()
  const [way, setWay] = useState<Way | undefined>(knowsPasskeys() ? undefined : 'authenticator')
  const step = useStepFocus(way)
  return (
    <Door title="Set up your second factor">
      <div ref={step} className="ls-stack">
        {way === undefined && (
          <>
            <p>
              {organization.name} asks for a second proof that it is you, beside your password. Setting it up takes a
              minute.
            </p>
            <Ways onWay={setWay} />
          </>
        )}
        {way === 'authenticator' && (
          <EnrolSecondFactor
            calls={authenticatorCalls}
            account={user.username}
            action="I have kept them, go on"
            onDone={() => void enter(to)}
            {...(knowsPasskeys() ? { onCancel: () => setWay(undefined) } : {})}
          />
        )}
        {way === 'passkey' && (
          <AddPasskey account={user.username} onDone={() => void enter(to)} onCancel={() => setWay(undefined)} />
        )}
      </div>
      <button type="button" className="portal-text-button" onClick={() => void signOut()}>
        Sign out
      </button>
    </Door>
  )
}

/** Moves the focus to the first field or button of a step when it replaces another. */
function useStepFocus(way: Way | undefined): RefObject<HTMLDivElement | null> {
  const step = useRef<HTMLDivElement>(null)
  const drawn = useRef(way)
  useEffect(() => {
    if (drawn.current === way) return
    drawn.current = way
    const part = step.current
    ;(part?.querySelector('input') ?? part?.querySelector('button'))?.focus()
  }, [way])
  return step
}

function Ways({ onWay }: { readonly onWay: (way: Way) => void }): ReactElement {
  return (
    <div className="my-ways">
      <button type="button" className="my-way" onClick={() => onWay('passkey')}>
        <IconKey size={20} stroke={1.5} aria-hidden />
        <span>
          <strong>Passkey</strong>
          <span className="ls-dim">Fingerprint, face, PIN or security key</span>
        </span>
      </button>
      <button type="button" className="my-way" onClick={() => onWay('authenticator')}>
        <IconDeviceMobile size={20} stroke={1.5} aria-hidden />
        <span>
          <strong>Authenticator app</strong>
          <span className="ls-dim">A code from your phone</span>
        </span>
      </button>
    </div>
  )
}
