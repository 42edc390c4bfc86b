import type { User } from './user.rules.ts'

/** How people call a user: the display name, else first and last name, else the username. */
export function nameOfUser({
  attributes,
  displayname,
  username,
}: Pick<User, 'attributes' | 'displayname' | 'username'>): string {
  const parts = [attributes['firstname'], attributes['lastname']].filter(
    (part): part is string => typeof part === 'string' && part.trim() !== '',
  )
  return displayname || parts.join(' ') || username
}
