import { assert } from '@lockstep/kernel/assert'
import type { Company } from './company.ts'
import type { Person } from './person.ts'

/** Why an import leaves somebody out who is reachable from the integration group. */
export type SkipReason = 'no-given-name' | 'no-surname' | 'outside-container' | 'protected'

/** What a correct import of a company brings in. */
export type CompanyScope = {
  readonly usernames: readonly string[]
  readonly groupNames: readonly string[]
  readonly skipped: readonly { readonly username: string; readonly reason: SkipReason }[]
}

/** Follows the integration group through nested groups and tells who an import takes, who it skips and why. */
export function companyScope(company: Company): CompanyScope {
  const groups = new Map(company.groups.map((group) => [group.name, group]))
  const reachedGroups = new Set<string>(company.integration.groupNames)
  const reachedUsernames = new Set<string>(company.integration.usernames)
  // A set being walked also yields what is added meanwhile, and nothing twice: cycles end by themselves.
  for (const name of reachedGroups) {
    const group = groups.get(name)
    assert(group, `the company has the group ${name}`)
    for (const nested of group.groupNames) reachedGroups.add(nested)
    for (const username of group.usernames) reachedUsernames.add(username)
  }
  const reached = company.people.filter((person) => reachedUsernames.has(person.username))
  return {
    usernames: reached.filter((person) => skipReason(person) === undefined).map((person) => person.username),
    groupNames: [...reachedGroups],
    skipped: reached.flatMap((person) => {
      const reason = skipReason(person)
      return reason === undefined ? [] : [{ username: person.username, reason }]
    }),
  }
}

function skipReason(person: Person): SkipReason | undefined {
  if (person.place !== 'people') return 'outside-container'
  if (person.isProtected) return 'protected'
  if (person.givenName === undefined) return 'no-given-name'
  if (person.surname === undefined) return 'no-surname'
  return undefined
}
