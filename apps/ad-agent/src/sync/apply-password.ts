// The password of an account. It comes sealed, is opened when it is about to be set, and is nowhere afterwards. What is not sealed for
// exactly this agent, domain, user, account and revision is refused before anything is written.
import type { PasswordOutcome, WorkFailure, WorkPassword } from '@lockstep/contract/agents/protocol'
import { openPassword, SealError } from '@lockstep/contract/agents/sealed-password'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { fileTimeToDate } from '@lockstep/ldap/file-time'
import { guidBase } from '@lockstep/ldap/guid'
import { bigInteger } from '@lockstep/ldap/number'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { type DirectoryObject, requireManaged } from './directory-object.ts'
import { wasMadeSince } from './user-difference.ts'
import { failureOf, WorkRefusal } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'

/** The account as it was found. */
interface PasswordHolder {
  readonly user: DirectoryObject
  readonly isTakenOver: boolean
}

/** Opens a password for an account; rejects with the refusal `password_sealed` when it is not for that one. */
export async function openedPassword(
  { domainId, sealing }: WorkPlace,
  { userId, revision, objectGuid, madeSince, sealed }: WorkPassword,
  { user, isTakenOver }: PasswordHolder,
): Promise<string> {
  // One that was sealed for an account to come is for no account that was there before.
  const isForIt =
    objectGuid === undefined ? isTakenOver || wasMadeSince(user.entry, madeSince) : objectGuid === user.guid
  if (!isForIt) throw new WorkRefusal('password_sealed')
  const purpose = { use: 'set', domainId, userId, objectGuid: objectGuid ?? '', revision: revision.toString() } as const
  try {
    return await openPassword(sealing.privateKey, sealed, purpose)
  } catch (error) {
    throw error instanceof SealError ? new WorkRefusal('password_sealed') : error
  }
}

/** Sets the password of a complete account and says what came of it; never rejects. */
export async function applyPassword(
  place: WorkPlace,
  password: WorkPassword,
  holder: PasswordHolder,
): Promise<PasswordOutcome> {
  const { revision } = password
  try {
    requireManaged(holder.user, place.settings)
    if (holder.user.isProtected) throw new WorkRefusal('protected_account')
    const change = setPasswordChange(await openedPassword(place, password, holder))
    await place.client.modify(guidBase(holder.user.guid), [change])
    return await passwordSet(place, revision, holder.user)
  } catch (error) {
    return { revision, failure: passwordFailure(error) }
  }
}

/** What is to be told of a password that the domain took, with the time that it shows. Rejects when it may not be used as it is. */
export async function passwordSet(
  { client }: WorkPlace,
  revision: number,
  user: DirectoryObject,
): Promise<PasswordOutcome> {
  const base = guidBase(user.guid)
  const lastSet = async (): Promise<bigint | undefined> => {
    const entry = await client.read(base, ['pwdLastSet'])
    return entry === undefined ? undefined : bigInteger(entry, 'pwdLastSet')
  }
  let value = await lastSet()
  // Without the right to unexpire passwords a reset is good for one sign-in (MS-SAMR 3.1.1.8.7); -1 says now.
  if (value === 0n) {
    try {
      await client.modify(base, [{ operation: 'replace', attribute: 'pwdLastSet', values: ['-1'] }])
    } catch (error) {
      throw error instanceof DirectoryError && !error.retryable ? new WorkRefusal('password_expires', error) : error
    }
    value = await lastSet()
  }
  const date = fileTimeToDate(value ?? 0n)
  return { revision, ...(date === undefined ? {} : { lastSet: date.toISOString() }) }
}

/** Why a password was not set, in words about passwords. */
export function passwordFailure(error: unknown): WorkFailure {
  if (error instanceof DirectoryError) {
    if (error.kind === 'password_policy') return new WorkRefusal('password_policy', error).failure
    if (error.kind === 'access_denied') return new WorkRefusal('password_right', error).failure
  }
  return failureOf(error)
}
