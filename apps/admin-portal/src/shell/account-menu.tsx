import { schemes } from '@lockstep/ui/schemes'
import { Button, Menu, type MantineColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconChevronDown, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { roleNameOf } from '../session/access.ts'
import { useSession } from '../session/use-session.ts'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in, the theme, and the way out. */
export function AccountMenu(): ReactElement {
  const { administrator } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const router = useRouter()
  const signOut = useSignOut()
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className="portal-account"
          rightSection={<IconChevronDown size={16} aria-hidden />}
        >
          <span className="ls-clip">{administrator.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Account">
        <div className="portal-account-facts">
          <span className="ls-clip">{administrator.email}</span>
          <span className="ls-dim">{roleNameOf(administrator)}</span>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={16} aria-hidden />}
          onClick={() => void router.navigate({ to: '/account' })}
        >
          Your account
        </Menu.Item>
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
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
