import type { Profile } from '@lockstep/contract/portal/profile'
import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { profileQuery } from '../../hub/queries.ts'
import { EditProfile } from './edit-profile.tsx'
import { ProfileFacts } from './profile-facts.tsx'
import { mayChange } from './profile-values.ts'

/** Who one is here, with who manages each part, and changing what one may. */
export function ProfileRoom(): ReactElement {
  const query = useQuery(profileQuery)
  // The profile that is being changed: news from elsewhere must not overwrite what is typed.
  const [edited, setEdited] = useState<Profile>()
  const stop = (): void => {
    setEdited(undefined)
    keepFocus()
  }
  if (edited !== undefined) {
    return (
      <>
        <PageHeader title="Change profile" />
        <EditProfile profile={edited} onEnd={stop} />
      </>
    )
  }
  const isOpen = query.data && ['displayName', 'phoneNumbers', 'addresses'].some((name) => mayChange(query.data, name))
  return (
    <>
      <PageHeader
        title="Profile"
        actions={
          isOpen && (
            <Button variant="default" onClick={() => setEdited(query.data)}>
              Change profile
            </Button>
          )
        }
      />
      <QueryView query={query} what="Your profile">
        {(profile) => <ProfileFacts profile={profile} />}
      </QueryView>
    </>
  )
}
