import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import type { Control } from '@lockstep/ldap/ldap-result'

interface Sample {
  readonly base: string
  readonly filter: string
  readonly attributes: readonly string[]
  readonly controls?: readonly Control[]
}

/** A user below a container that no protection takes the delegated rights from; undefined when none is visible. */
export function sampleUser(
  client: DirectoryClient,
  base: string,
  attributes: readonly string[],
): Promise<RawEntry | undefined> {
  return first(client, { base, filter: '(&(objectCategory=person)(objectClass=user)(!(adminCount=1)))', attributes })
}

/** The same for a group. */
export function sampleGroup(
  client: DirectoryClient,
  base: string,
  attributes: readonly string[],
): Promise<RawEntry | undefined> {
  return first(client, { base, filter: '(&(objectClass=group)(!(adminCount=1)))', attributes })
}

async function first(client: DirectoryClient, sample: Sample): Promise<RawEntry | undefined> {
  for await (const [entry] of client.search({ ...sample, scope: 'subtree', pageSize: 5 })) {
    if (entry !== undefined) return entry
  }
  return undefined
}
