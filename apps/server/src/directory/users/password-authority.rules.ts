import { isJsonObject } from '@lockstep/kernel/json'
import { restrictedFields, type User } from './user.rules.ts'

/** The outside authority that alone may set the user's password; undefined where that is the hub. */
export function passwordAuthority(
  user: Pick<User, 'attributes'>,
): ReturnType<typeof restrictedFields>[number] | undefined {
  return restrictedFields(user).find(({ field }) => field === 'password')
}

/** Whether a domain says if the user's password is right. */
export function isDelegated({ attributes }: Pick<User, 'attributes'>): boolean {
  return isJsonObject(attributes['delegatedAuthority'] ?? null)
}

/** Whether this very domain says so. */
export function isDelegatedTo(directoryId: string, { attributes }: Pick<User, 'attributes'>): boolean {
  const authority = attributes['delegatedAuthority'] ?? null
  return isJsonObject(authority) && authority['id'] === directoryId
}
