import type { Profile, ProfileUpdate } from '@lockstep/contract/portal/profile'
import { rowsText, wireRows } from '@lockstep/ui/contact/contact-rows'

/** What people may change of their profile, as a form holds it. */
export type ProfileValues = {
  readonly displayName: string
  readonly phoneNumbers: string
  readonly addresses: string
}

export function valuesOf(profile: Profile): ProfileValues {
  return {
    displayName: profile.displayName,
    phoneNumbers: rowsText('phoneNumbers', profile.phoneNumbers),
    addresses: rowsText('addresses', profile.addresses),
  }
}

/** What was changed, as the hub takes it. */
export function updateOf(changed: Partial<ProfileValues>): ProfileUpdate {
  const { displayName, phoneNumbers, addresses } = changed
  return {
    ...(displayName === undefined ? {} : { displayName: displayName.trim() }),
    ...(phoneNumbers === undefined
      ? {}
      : { phoneNumbers: wireRows(phoneNumbers) as ProfileUpdate['phoneNumbers'] & {} }),
    ...(addresses === undefined ? {} : { addresses: wireRows(addresses) as ProfileUpdate['addresses'] & {} }),
  }
}

/** True when the person may change a field here. */
export function mayChange(profile: Profile, name: string): boolean {
  return profile.fields.some((field) => field.name === name && field.mayChange)
}

/** Who manages a field instead of the person: a directory by its name, else the organization. */
export function managerOf(profile: Profile, name: string): string | undefined {
  return profile.fields.find((field) => field.name === name)?.managedBy
}
