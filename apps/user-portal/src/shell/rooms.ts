import { IconDevices, IconHome, IconKey, IconShieldLock, IconUser, type TablerIcon } from '@tabler/icons-react'

interface Room {
  readonly to: '/' | '/profile' | '/password' | '/security' | '/sessions'
  readonly label: string
  readonly icon: TablerIcon
}

/** The pages of the portal in the order of the navigation. */
export const rooms: readonly Room[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/profile', label: 'Profile', icon: IconUser },
  { to: '/password', label: 'Password', icon: IconKey },
  { to: '/security', label: 'Security', icon: IconShieldLock },
  { to: '/sessions', label: 'Sessions', icon: IconDevices },
]
