import { PageHeader } from '@lockstep/ui/page-header'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { RoomTabs } from '../../lists/room-tabs.tsx'
import { Administrators } from './administrators.tsx'
import { ApiKeys } from './api-keys.tsx'
import { MailRoom } from './mail-room.tsx'
import { Organization } from './organization.tsx'
import { Roles } from './roles.tsx'
import { ServiceAccounts } from './service-accounts.tsx'

/** Who may come in, and with what. */
export function SettingsRoom(): ReactElement {
  const { tab } = useSearch({ from: '/shell/settings' })
  const navigate = useNavigate()
  return (
    <>
      <PageHeader title="Settings" />
      <RoomTabs
        label="Parts of the settings"
        value={tab}
        onChange={(next) => void navigate({ to: '/settings', search: { tab: next } })}
        tabs={[
          { value: 'administrators', label: 'Administrators', content: () => <Administrators /> },
          { value: 'programs', label: 'Service accounts', content: () => <ServiceAccounts /> },
          { value: 'keys', label: 'API keys', content: () => <ApiKeys /> },
          { value: 'organization', label: 'Organization', content: () => <Organization /> },
          { value: 'mail', label: 'Mail room', content: () => <MailRoom /> },
          { value: 'roles', label: 'Roles', content: () => <Roles /> },
        ]}
      />
    </>
  )
}
