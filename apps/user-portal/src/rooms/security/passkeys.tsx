import type { Passkey } from '@lockstep/contract/portal/second-factor'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { knowsPasskeys } from '../../second-factor/passkey-calls.ts'
import type { FactorAct } from './factor-dialog.tsx'

interface PasskeysProps {
  readonly passkeys: readonly Passkey[]
  readonly onAct: (act: FactorAct) => void
}

/** The own passkeys: adding, renaming, removing. */
export function Passkeys({ passkeys, onAct }: PasskeysProps): ReactElement {
  const canAdd = knowsPasskeys()
  return (
    <Section
      title="Passkeys"
      detail="Fingerprint, face, PIN or a security key; nobody can trick you out of them."
      actions={
        canAdd && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onAct({ kind: 'add-passkey' })}
          >
            Add passkey
          </Button>
        )
      }
    >
      {passkeys.length === 0 && (
        <p className="ls-dim">{canAdd ? 'None yet.' : 'None. This browser, or this address, cannot make any.'}</p>
      )}
      {passkeys.length > 0 && (
        <ul className="my-rows" aria-label="Passkeys">
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <div className="my-row-words">
                <p>
                  <strong>{passkey.name}</strong>
                </p>
                <p className="ls-dim">
                  added <Time at={passkey.created} />
                  {passkey.lastUsed !== undefined && (
                    <>
                      , last used <Time at={passkey.lastUsed} />
                    </>
                  )}
                  {passkey.synced && ', also on your other devices'}
                </p>
              </div>
              <Button
                variant="default"
                aria-label={`Rename ${passkey.name}`}
                onClick={() => onAct({ kind: 'rename-passkey', passkey })}
              >
                Rename
              </Button>
              <Button
                variant="default"
                c="var(--ls-red)"
                aria-label={`Remove ${passkey.name}`}
                onClick={() => onAct({ kind: 'remove-passkey', passkey })}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
