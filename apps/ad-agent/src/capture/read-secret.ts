import type { CaptureOrders, CapturedPassword } from '@lockstep/contract/agents/capture'
import { sealPassword } from '@lockstep/contract/agents/sealed-password'
import { ntHashOf } from '@lockstep/kernel/md4'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { guidBase } from '@lockstep/ldap/guid'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text } from '@lockstep/ldap/text'
import { decryptReversible } from './decrypt-reversible.ts'
import { hashNtHash } from './hash-nt-hash.ts'
import { passwordChangeTime } from './password-change-time.ts'
import { reversiblePackage, userProperty } from './user-properties.ts'

/** What reading a password needs. */
export interface SecretReader {
  /** Connected to the domain controller itself, which shows secrets to nobody else. */
  readonly client: DirectoryClient
  readonly domainId: string
  readonly orders: Pick<CaptureOrders, 'publicKey' | 'ways'>
  /** Where the key lies that opens the reversible form. */
  readonly gnupgHome: string | undefined
}

const attributes = ['pwdLastSet', 'replPropertyMetaData', 'unicodePwd', 'supplementalCredentials']
const fileTime = /^(0|[1-9][0-9]{0,18})$/

/** The present password of an object as it may leave this machine; undefined when the object is gone. Rejects with a DirectoryError. */
export async function readSecret(reader: SecretReader, guid: string): Promise<CapturedPassword | undefined> {
  const entry = await reader.client.read(guidBase(guid), attributes)
  if (entry === undefined) return undefined
  try {
    return await captured(reader, guid, entry)
  } finally {
    for (const name of ['unicodepwd', 'supplementalcredentials'])
      for (const value of entry.attributes.get(name) ?? []) value.fill(0)
  }
}

async function captured(reader: SecretReader, guid: string, entry: RawEntry): Promise<CapturedPassword> {
  const { domainId, orders } = reader
  const given = text(entry, 'pwdLastSet') ?? '0'
  const pwdLastSet = fileTime.test(given) ? given : '0'
  const metadata = entry.attributes.get('replpropertymetadata')?.[0]
  const changed = metadata === undefined ? undefined : passwordChangeTime(metadata)
  // Zero says only that another one must be chosen, and may say so of several passwords one after the other.
  const revision = pwdLastSet === '0' ? (changed ?? 1n).toString() : pwdLastSet
  const facts = { guid, pwdLastSet, revision }
  const ntHash = entry.attributes.get('unicodepwd')?.[0]
  if (ntHash?.length !== 16) return facts
  const password = orders.ways.includes('reversible') ? await clearText(reader, entry, ntHash) : undefined
  if (password !== undefined) {
    const purpose = { use: 'captured', domainId, userId: '', objectGuid: guid, revision } as const
    return { ...facts, sealed: await sealPassword(orders.publicKey, password, purpose) }
  }
  return orders.ways.includes('nt_hash') ? { ...facts, hash: await hashNtHash(ntHash) } : facts
}

/** The password in clear; undefined where the controller does not have it. */
async function clearText({ gnupgHome }: SecretReader, entry: RawEntry, ntHash: Buffer): Promise<string | undefined> {
  const credentials = entry.attributes.get('supplementalcredentials')?.[0]
  const encrypted = credentials === undefined ? undefined : userProperty(credentials, reversiblePackage)
  if (encrypted === undefined || gnupgHome === undefined) return undefined
  const password = await decryptReversible(encrypted, gnupgHome)
  // A controller without the key may have set another one since.
  return password !== undefined && ntHashOf(password).equals(ntHash) ? password : undefined
}
