// Distinguished names as far as forms need them (RFC 4514): splitting, comparing without regard to case, and what lies within what.

/** The parts of a distinguished name; undefined when it is none. A comma after a backslash belongs to a value. */
export function dnParts(dn: string): readonly string[] | undefined {
  const parts = dn.split(/(?<!\\),/u).map((part) => part.trim())
  return parts.every((part) => /^[A-Za-z][A-Za-z0-9-]*\s*=\s*\S/u.test(part)) ? parts : undefined
}

/** "corp.example" and "DC=corp;DC=example" as DC=corp,DC=example; undefined for what is no domain. */
export function baseDnOf(domain: string): string | undefined {
  const text = domain.trim()
  const labels = /^dc=/iu.test(text)
    ? text.split(/[,;]/u).map((part) => part.trim().replace(/^dc=/iu, ''))
    : text.split('.')
  const isDomain = labels.length > 1 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/u.test(label))
  return isDomain ? labels.map((label) => `DC=${label}`).join(',') : undefined
}

function folded(dn: string): readonly string[] | undefined {
  return dnParts(dn)?.map((part) => part.replace(/\s*=\s*/u, '=').toLowerCase())
}

/** True when a place is another one or lies below it. */
export function isWithinDn(dn: string, place: string): boolean {
  const [inner, outer] = [folded(dn), folded(place)]
  if (inner === undefined || outer === undefined || inner.length < outer.length) return false
  return outer.every((part, index) => part === inner[inner.length - outer.length + index])
}

/** The place that holds an object. */
export function parentDn(dn: string): string {
  return dnParts(dn)?.slice(1).join(',') ?? ''
}

/** The object's own name: "Lockstep" of CN=Lockstep,OU=Groups. */
export function ownName(dn: string): string {
  const [first = ''] = dnParts(dn) ?? []
  return first.slice(first.indexOf('=') + 1).replaceAll(/\\(.)/gu, '$1')
}

export interface Place {
  readonly label: string
  readonly dn: string
}

export interface NestedPlace extends Place {
  readonly inside: readonly NestedPlace[]
}

/** What lies inside what: every place below the closest other one that contains it; places of the same name are one. */
export function nestPlaces(places: readonly Place[]): readonly NestedPlace[] {
  const depth = ({ dn }: Place): number => dnParts(dn)?.length ?? 0
  const sorted = merged(places).toSorted((one, other) => depth(one) - depth(other))
  const holderOf = (place: Place, index: number): Place | undefined =>
    sorted.slice(0, index).findLast((other) => isWithinDn(place.dn, other.dn))
  const childrenOf = (parent: Place | undefined): readonly NestedPlace[] =>
    sorted
      .filter((place, index) => holderOf(place, index) === parent)
      .map((place) => ({ ...place, inside: childrenOf(place) }))
  return childrenOf(undefined)
}

function merged(places: readonly Place[]): readonly Place[] {
  const byDn = new Map<string, Place>()
  for (const { label, dn } of places) {
    const key = folded(dn)?.join(',') ?? dn
    const known = byDn.get(key)
    byDn.set(key, known === undefined ? { label, dn } : { ...known, label: `${known.label}, ${label.toLowerCase()}` })
  }
  return [...byDn.values()]
}
