/** A key as people type it: groups of four, with blanks between. */
export function keyGroups(key: string): string {
  return (key.match(/.{1,4}/gu) ?? []).join(' ')
}
