/** The path to go to after signing in: only one of this portal, never another site's, and never a door (a path that begins like one of `doors`). */
export function insidePath(to: unknown, doors: readonly string[]): string {
  if (typeof to !== 'string' || !/^\/(?![/\\])/u.test(to)) return '/'
  return doors.some((door) => to.startsWith(door)) ? '/' : to
}
