import { Initials } from '@lockstep/ui/initials'
import { schemes } from '@lockstep/ui/schemes'
import { Menu, type MantineColorScheme, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { signOut } from '../session/leave.ts'
import { useSession } from '../session/use-session.ts'

/** Who is signed in, the theme, and the way out. */
export function AccountMenu(): ReactElement {
  const { user } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const name = user.name || user.username
  return (
    <Menu position="bottom-end" width={260} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className="my-account" aria-label={`Account of ${name}`}>
          <Initials name={name} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Account">
        <div className="my-account-facts">
          <strong className="ls-clip">{name}</strong>
          <span className="ls-clip ls-dim">{user.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}>
          {schemes.map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
