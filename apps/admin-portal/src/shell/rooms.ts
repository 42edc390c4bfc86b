import {
  IconBook2,
  IconBuildingCommunity,
  IconChecklist,
  IconHome,
  IconPlugConnected,
  IconSettings,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react'

interface Room {
  readonly to: '/' | '/users' | '/groups' | '/directories' | '/integrations' | '/plans' | '/journal' | '/settings'
  readonly label: string
  readonly icon: TablerIcon
}

/** The rooms of the portal in the rail's order. */
export const rooms: readonly Room[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/users', label: 'Users', icon: IconUsers },
  { to: '/groups', label: 'Groups', icon: IconUsersGroup },
  { to: '/directories', label: 'Directories', icon: IconBuildingCommunity },
  { to: '/integrations', label: 'Integrations', icon: IconPlugConnected },
  { to: '/plans', label: 'Plans', icon: IconChecklist },
  { to: '/journal', label: 'Journal', icon: IconBook2 },
  { to: '/settings', label: 'Settings', icon: IconSettings },
]
