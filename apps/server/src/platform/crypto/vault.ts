// Secrets at rest, by envelope encryption. The master key, a file outside the database, wraps data keys; the newest
// data key seals. A sealed text reads `v1.KEY.BYTES` (the data key's id; nonce, ciphertext and tag in base64url) and
// opens only for the purpose that it was sealed for, so that nobody who can write to the database can move a secret to
// another owner. A copy of the database without the master key holds no secret.
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '@lockstep/kernel/clock'
import type { Database } from '../db/database.ts'
import { loadMasterKey } from './master-key.ts'
import { openBytes, sealBytes } from './sealing.ts'
import { VaultError } from './vault-error.ts'

export interface Vault {
  /** `purpose` names owner and use in full, such as `connections/ID/token`; it is needed again to open. */
  seal(purpose: string, plaintext: Buffer): Promise<string>
  /** Rejects with `VaultError` when the text was sealed for another purpose, was changed, or is no sealed text. */
  open(purpose: string, sealed: string): Promise<Buffer>
  /** Makes a new data key for what is sealed from now on; older ones go on opening. */
  rotate(): Promise<void>
  /** False when a newer data key exists; open and seal anew to end the older one's use. */
  isCurrent(sealed: string): boolean
}

interface DataKey {
  readonly id: string
  readonly key: Buffer
}

interface StoredKey {
  readonly id: string
  readonly wrappedKey: string
}

const keyBytes = 32
const idBytes = 6
/** Anybody may show a text of a key that never was: it costs one look in so long a time. */
const lookAgainMs = 1_000
/** Forgetting more of them costs a look each. */
const maxLooks = 1_000
const sealedForm = /^v1\.([0-9a-f]{12})\.([\w-]+)$/

/** Opens the vault with the master key in the file, which is made when missing. Rejects with `VaultError`. */
export async function createVault({
  database,
  masterKeyFile,
  clock = systemClock,
}: {
  readonly database: Database
  readonly masterKeyFile: string
  readonly clock?: Clock
}): Promise<Vault> {
  const ring = new KeyRing({ database, clock, masterKey: await loadMasterKey(masterKeyFile) })
  await ring.load()
  if (ring.current === undefined) await ring.add()
  return {
    seal: async (purpose, plaintext) => {
      const { id, key } = ring.current ?? (await ring.add())
      return `v1.${id}.${sealBytes(key, plaintext, context(id, purpose)).toString('base64url')}`
    },
    open: async (purpose, sealed) => {
      const [, id, bytes] = sealedForm.exec(sealed) ?? []
      if (id === undefined || bytes === undefined) throw new VaultError('notOpened', 'this is no sealed text')
      const plaintext = openBytes(await ring.find(id), Buffer.from(bytes, 'base64url'), context(id, purpose))
      if (plaintext === undefined)
        throw new VaultError('notOpened', 'the sealed text is damaged or was sealed for another purpose')
      return plaintext
    },
    rotate: async () => void (await ring.add()),
    isCurrent: (sealed) => sealedForm.exec(sealed)?.[1] === ring.current?.id,
  }
}

interface Look {
  readonly atMs: number
  readonly done: Promise<void>
}

interface KeyRingOptions {
  readonly database: Database
  readonly clock: Clock
  readonly masterKey: Buffer
}

class KeyRing {
  readonly #database: Database
  readonly #clock: Clock
  readonly #masterKey: Buffer
  readonly #keys = new Map<string, Buffer>()
  /** The last look for each key that was not known. */
  readonly #looks = new Map<string, Look>()
  current: DataKey | undefined

  constructor({ database, clock, masterKey }: KeyRingOptions) {
    this.#database = database
    this.#clock = clock
    this.#masterKey = masterKey
  }

  async load(): Promise<void> {
    const rows = await this.#database.query<StoredKey>({
      name: 'vault_keys_list',
      text: 'select id, wrapped_key as "wrappedKey" from vault_keys order by number',
    })
    for (const { id, wrappedKey } of rows) {
      const key = this.#keys.get(id) ?? this.#unwrap(id, wrappedKey)
      this.#keys.set(id, key)
      this.current = { id, key }
    }
  }

  async find(id: string): Promise<Buffer> {
    // Another hub may have made the key since we last looked.
    if (!this.#keys.has(id)) await this.#look(id)
    const key = this.#keys.get(id)
    if (key === undefined) throw new VaultError('unknownKey', `the data key ${id} is not in the vault`)
    return key
  }

  /** Loads, unless that was done for the key just now: it is stored before anybody can show what it sealed. */
  async #look(id: string): Promise<void> {
    const atMs = this.#clock.now().getTime()
    const last = this.#looks.get(id)
    // In both directions: a clock that was set back must not keep a key out.
    if (last !== undefined && Math.abs(atMs - last.atMs) < lookAgainMs) return last.done
    if (this.#looks.size >= maxLooks) this.#looks.clear()
    const look = { atMs, done: this.load() }
    this.#looks.set(id, look)
    try {
      await look.done
    } catch (error) {
      this.#looks.delete(id)
      throw error
    }
  }

  /** Stored before it is used; of two hubs that add at once, both go on with the later key. */
  async add(): Promise<DataKey> {
    const id = randomBytes(idBytes).toString('hex')
    const key = randomBytes(keyBytes)
    await this.#database.execute({
      text: 'insert into vault_keys (id, wrapped_key) values ($1, $2)',
      values: [id, sealBytes(this.#masterKey, key, wrapContext(id)).toString('base64url')],
    })
    await this.load()
    return this.current ?? { id, key }
  }

  #unwrap(id: string, wrappedKey: string): Buffer {
    const key = openBytes(this.#masterKey, Buffer.from(wrappedKey, 'base64url'), wrapContext(id))
    if (key === undefined) {
      throw new VaultError(
        'wrongMasterKey',
        'The master key is not the one that this database was sealed with; put the right file in its place.',
      )
    }
    return key
  }
}

function context(id: string, purpose: string): string {
  return `lockstep vault v1\n${id}\n${purpose}`
}

function wrapContext(id: string): string {
  return `lockstep vault data key v1\n${id}`
}
