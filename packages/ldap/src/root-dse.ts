import type { Connection } from './connection.ts'
import { DirectoryError } from './directory-error.ts'
import { guid } from './guid.ts'
import { bigInteger } from './number.ts'
import type { RawEntry } from './raw-entry.ts'
import { readObject } from './search.ts'
import { text } from './text.ts'

/** What a domain controller says about itself (MS-ADTS 3.1.1.3.2). */
export interface RootDse {
  readonly highestCommittedUsn: bigint
  readonly dsServiceName: string
  readonly dnsHostName: string
  readonly defaultNamingContext: string
  /** Identity of the controller's database; changes when it is restored. Undefined when it may not be read. */
  readonly invocationId: string | undefined
}

const operation = 'read what the domain controller says about itself'

/** Reads the root DSE and, with a second request, the invocation id of the controller that answered. */
export async function readRootDse(connection: Connection): Promise<RootDse> {
  const attributes = ['highestCommittedUSN', 'dsServiceName', 'dnsHostName', 'defaultNamingContext']
  const entry = await readObject(connection, '', attributes)
  if (entry === undefined) throw new DirectoryError({ kind: 'protocol', operation })
  const dsServiceName = required(entry, 'dsServiceName')
  return {
    highestCommittedUsn: requiredUsn(entry),
    dsServiceName,
    dnsHostName: required(entry, 'dnsHostName'),
    defaultNamingContext: required(entry, 'defaultNamingContext'),
    invocationId: await readInvocationId(connection, dsServiceName),
  }
}

/** The number of the latest change on this controller; a fraction of a millisecond, made for frequent asking. */
export async function readHighestCommittedUsn(connection: Connection): Promise<bigint> {
  const entry = await readObject(connection, '', ['highestCommittedUSN'])
  if (entry === undefined) throw new DirectoryError({ kind: 'protocol', operation })
  return requiredUsn(entry)
}

async function readInvocationId(connection: Connection, dsServiceName: string): Promise<string | undefined> {
  try {
    const settings = await readObject(connection, dsServiceName, ['invocationId'])
    return settings === undefined ? undefined : guid(settings, 'invocationId')
  } catch (error) {
    // Reading is then still possible; the caller only loses one of the signs of a restored controller.
    if (error instanceof DirectoryError && error.kind === 'access_denied') return undefined
    throw error
  }
}

function required(entry: RawEntry, attribute: string): string {
  const value = text(entry, attribute)
  if (value === undefined) throw new DirectoryError({ kind: 'protocol', operation, attribute })
  return value
}

function requiredUsn(entry: RawEntry): bigint {
  const usn = bigInteger(entry, 'highestCommittedUSN')
  if (usn === undefined) throw new DirectoryError({ kind: 'protocol', operation, attribute: 'highestCommittedUSN' })
  return usn
}
