import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { neverFileTime } from '@lockstep/ldap/file-time'
import { guidBase } from '@lockstep/ldap/guid'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { text } from '@lockstep/ldap/text'

/** Constructed: no change is ever reported of it, so that it is told with what it follows from. */
export const expiryAttribute = 'msDS-UserPasswordExpiryTimeComputed'
/** Password never expires, smart card required, and accounts of machines and trusts (MS-ADTS 3.1.1.4.5.36). */
const neverExpiring = 0x10000 | 0x40000 | 0x800 | 0x1000 | 0x2000

/** When passwords expire by the domain's policy, as 100 ns steps since 1601. */
export class PasswordExpiry {
  readonly #client: DirectoryClient
  readonly #maxAge: bigint
  readonly #isFineGrained: boolean

  private constructor(client: DirectoryClient, maxAge: bigint, isFineGrained: boolean) {
    this.#client = client
    this.#maxAge = maxAge
    this.#isFineGrained = isFineGrained
  }

  /** Reads the domain's policy, and whether there are others beside it, as far as the account may see them. */
  static async of(client: DirectoryClient, baseDn: string): Promise<PasswordExpiry> {
    const domain = await client.read(baseDn, ['maxPwdAge'])
    const age = (domain && text(domain, 'maxPwdAge')) ?? '0'
    return new PasswordExpiry(client, /^-?[0-9]{1,19}$/.test(age) ? BigInt(age) : 0n, await hasOthers(client, baseDn))
  }

  /** Of an account read completely: never is the largest value, 0 that another one must be chosen; undefined when nobody knows. */
  async whole(guid: string, entry: Pick<RawEntry, 'attributes'>): Promise<string | undefined> {
    return this.#isFineGrained ? this.exact(guid) : this.#byDomain(entry)
  }

  /** Of one account, as the domain controller says. */
  async exact(guid: string): Promise<string | undefined> {
    const entry = await this.#client.read(guidBase(guid), [expiryAttribute])
    return entry && text(entry, expiryAttribute)
  }

  #byDomain(entry: Pick<RawEntry, 'attributes'>): string | undefined {
    const plain = { dn: '', attributes: entry.attributes }
    const lastSet = text(plain, 'pwdLastSet')
    const control = Number(text(plain, 'userAccountControl') ?? '512')
    if (lastSet === undefined || !/^[0-9]{1,19}$/.test(lastSet)) return undefined
    if ((control & neverExpiring) !== 0) return neverFileTime.toString()
    if (lastSet === '0') return '0'
    // Ages are told as negative intervals; 0 and the smallest one mean that none expires.
    const isNever = this.#maxAge >= 0n || this.#maxAge <= -neverFileTime
    return (isNever ? neverFileTime : BigInt(lastSet) - this.#maxAge).toString()
  }
}

async function hasOthers(client: DirectoryClient, baseDn: string): Promise<boolean> {
  const base = `CN=Password Settings Container,CN=System,${baseDn}`
  try {
    for await (const page of client.search({ base, scope: 'one', attributes: ['name'] }))
      if (page.length > 0) return true
    return false
  } catch (error) {
    // Ordinary accounts may not see it, and domains of old have none.
    if (error instanceof DirectoryError && ['no_such_object', 'access_denied'].includes(error.kind)) return false
    throw error
  }
}
