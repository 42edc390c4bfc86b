import type { DirectoryClient } from '@lockstep/ldap/directory-client'

const query = { flags: 0, attributes: ['unicodePwd', 'pwdLastSet'] } as const
/** Nothing has this name, and the position is the same. */
const nobody = '(sAMAccountName=\\00)'

/** Tells which objects got another password since it last looked, on the controller itself; flags 0 needs its own rights. */
export class PasswordChanges {
  readonly #client: DirectoryClient
  readonly #baseDn: string
  #usn: bigint | undefined
  #cookie: Buffer | undefined

  constructor(client: DirectoryClient, baseDn: string) {
    this.#client = client
    this.#baseDn = baseDn
  }

  /**
   * The objects that changed, some of them perhaps otherwise. What was before the first look is nobody's: the hub knows better whose
   * password it lacks. Rejects with a DirectoryError.
   */
  async look(): Promise<readonly string[]> {
    const usn = await this.#client.highestCommittedUsn()
    if (this.#usn === usn) return []
    // Smaller after the controller was restored: its positions mean nothing any more.
    const isFirst = this.#usn === undefined || usn < this.#usn
    const guids = isFirst ? await this.#read(nobody, undefined) : await this.#read('(objectClass=user)', this.#cookie)
    this.#usn = usn
    return guids
  }

  async #read(filter: string, since: Buffer | undefined): Promise<readonly string[]> {
    const guids: string[] = []
    let last = since
    const cookie = since === undefined ? {} : { cookie: since }
    for await (const page of this.#client.dirSync({ ...query, base: this.#baseDn, filter, ...cookie })) {
      for (const { guid, isDeleted, attributes } of page.entries) {
        for (const value of attributes.get('unicodepwd') ?? []) value.fill(0)
        if (!isDeleted) guids.push(guid)
      }
      last = page.cookie
    }
    this.#cookie = last
    return guids
  }
}
