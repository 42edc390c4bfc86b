import { hash, verify } from '@node-rs/argon2'
import { ntHashOf } from '@lockstep/kernel/md4'
import { argon2, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

export interface PasswordHasher {
  /** An argon2id hash in its text form (RFC 9106; PHC string). Rejects with `HashingOverloaded`. */
  hashPassword(password: string): Promise<string>
  /**
   * True when the password is the hashed one; a hash made over an NT hash is known too. Without a hash (an unknown user, or one without
   * a password) the answer is false after the same work, so that the time tells nobody which users exist. Rejects with `HashingOverloaded`.
   */
  verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other costs than today's or over an NT hash; hash the password anew at the next sign-in. */
  isOutdated(passwordHash: string): boolean
}

/** More sign-ins wait than can be answered in reasonable time. */
export class HashingOverloaded extends Error {
  override readonly name = 'HashingOverloaded'

  constructor() {
    super('too many passwords are waiting to be checked')
  }
}

export interface PasswordHasherOptions {
  /** Hashes at once. Default: one less than the cores, for the threads are shared with DNS and files. */
  readonly concurrency?: number
  /** Default 500: about four seconds of work for one core. */
  readonly queueLimit?: number
}

// The first choice of the OWASP password storage cheat sheet; argon2id is the library's default.
const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const currentForm = '$argon2id$v=19$m=19456,t=2,p=1$'
/** A hash of today's costs, all zeros, that no known password has. */
const nobodysHash = `${currentForm}${'A'.repeat(22)}$${'A'.repeat(43)}`
const defaultQueueLimit = 500
const argon2id = promisify(argon2)
/** Stands in the place of `$` before a hash made over the NT hash: an agent that could capture nothing else made it. */
const overNtHash = '$nt+'
const ntHashForm = /^\$nt\+argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/

/** True for an argon2id hash over an NT hash, of today's costs: an agent's word for more would be work for the hub. */
export function isHashOverNtHash(text: string): boolean {
  return ntHashForm.test(text)
}

/** Makes the process's hasher; the limits hold for everything that it does. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const limited = createLimiter(
    options.concurrency ?? Math.max(1, availableParallelism() - 1),
    options.queueLimit ?? defaultQueueLimit,
  )
  return {
    hashPassword: (password) => limited(() => hash(password, costs)),
    verifyPassword: async (passwordHash, password) => {
      const isEqual = await limited(() => verifyAny(passwordHash ?? nobodysHash, password))
      return isEqual && passwordHash !== undefined
    },
    isOutdated: (passwordHash) => !passwordHash.startsWith(currentForm),
  }
}

async function verifyAny(passwordHash: string, password: string): Promise<boolean> {
  return passwordHash.startsWith(overNtHash) ? verifyOverNtHash(passwordHash, password) : verify(passwordHash, password)
}

/** The library takes text alone, and an NT hash is none. */
async function verifyOverNtHash(passwordHash: string, password: string): Promise<boolean> {
  if (!isHashOverNtHash(passwordHash)) return false
  const [nonce, tag] = passwordHash.split('$').slice(-2)
  const message = ntHashOf(password)
  const wanted = Buffer.from(tag ?? '', 'base64')
  const parameters = { memory: costs.memoryCost, passes: costs.timeCost, parallelism: costs.parallelism, tagLength: 32 }
  const found = await argon2id('argon2id', { message, nonce: Buffer.from(nonce ?? '', 'base64'), ...parameters })
  message.fill(0)
  return timingSafeEqual(found, wanted)
}

/** Runs at most `concurrency` pieces of work at once, the others in the order of their arrival. */
function createLimiter(concurrency: number, queueLimit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= concurrency) {
      if (waiting.length >= queueLimit) throw new HashingOverloaded()
      // The place is handed over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
