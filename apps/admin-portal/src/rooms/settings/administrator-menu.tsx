import type { Administrator, AdministratorUpdate } from '@lockstep/contract/hub/session'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { mailRoomQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { PasswordLink } from './password-link.tsx'

interface AdministratorMenuProps {
  readonly administrator: Administrator
  readonly onChange: (change: AdministratorUpdate) => void
}

/** What is seldom done to an administrator: a password link, second factor and API keys. */
export function AdministratorMenu({ administrator, onChange }: AdministratorMenuProps): ReactElement {
  const [opened, setOpened] = useState(false)
  const [linkOpened, setLinkOpened] = useState(false)
  const { id, name, email, secondFactor, apiKeysAllowed, passwordMissing } = administrator
  const mailRoom = useQuery({ ...mailRoomQuery, enabled: useSession().denial('settings.read') === undefined }).data
  const mail = useAct({
    run: () => hub.administrators.mailPasswordLink(id),
    done: `A password link is on its way to ${email}`,
    touches: ['notices'],
  })
  return (
    <>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={`More for ${name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown aria-label={`More for ${name}`}>
          {mailRoom?.isSetUp === true && (
            <Menu.Item onClick={() => mail.mutate()}>
              {passwordMissing ? 'Mail the invitation' : 'Mail a password link'}
            </Menu.Item>
          )}
          <Menu.Item onClick={() => setLinkOpened(true)}>Make password link</Menu.Item>
          <Menu.Item onClick={() => onChange({ secondFactorRequired: !secondFactor.required })}>
            {secondFactor.required ? 'Make the second factor voluntary' : 'Require a second factor'}
          </Menu.Item>
          <Menu.Item disabled={!secondFactor.enrolled} onClick={() => setOpened(true)}>
            Reset second factor
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => onChange({ apiKeysAllowed: !apiKeysAllowed })}>
            {apiKeysAllowed ? 'Forbid API keys' : 'Allow API keys'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FailureNotice error={mail.error} title="No mail was sent." unchanged="The present password still works." />
      <ResetSecondFactor administrator={administrator} opened={opened} onClose={() => setOpened(false)} />
      <PasswordLink administrator={administrator} opened={linkOpened} onClose={() => setLinkOpened(false)} />
    </>
  )
}

interface ResetProps {
  readonly administrator: Administrator
  readonly opened: boolean
  readonly onClose: () => void
}

function ResetSecondFactor({ administrator, opened, onClose }: ResetProps): ReactElement {
  const { id, name, email, secondFactor } = administrator
  const act = useAct({
    run: () => hub.administrators.resetSecondFactor(id),
    done: `Second factor of ${name} reset`,
    touches: ['administrators'],
    after: onClose,
  })
  return (
    <ConfirmDialog
      opened={opened}
      title={`Reset the second factor of ${name}?`}
      action="Reset second factor"
      danger
      busy={act.isPending}
      error={<FailureNotice error={act.error} title="The second factor was not reset." unchanged="It still works." />}
      onConfirm={() => act.mutate()}
      onClose={() => {
        act.reset()
        onClose()
      }}
    >
      <p>
        For somebody who lost phone and recovery codes. {email} is signed out everywhere and signs in with the password
        alone{secondFactor.required ? ', then has to set up a new second factor at once' : ' until a new one is set up'}
        .
      </p>
      <p>Make sure that it is really {name} who asks, for instance by calling back.</p>
    </ConfirmDialog>
  )
}
