import { hash, verify } from '@node-rs/argon2'
import { availableParallelism } from 'node:os'

export interface PasswordHasher {
  /** An argon2id hash in its text form (RFC 9106; PHC string). Rejects with `HashingOverloaded`. */
  hashPassword(password: string): Promise<string>
  /**
   * True when the password is the hashed one. Without a hash (an unknown user, or one without a password) the answer is
   * false after the same work, so that the time tells nobody which users exist. Rejects with `HashingOverloaded`.
   */
  verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other costs than today's; hash the password anew at the next sign-in. */
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

/** Makes the process's hasher; the limits hold for everything that it does. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const limited = createLimiter(
    options.concurrency ?? Math.max(1, availableParallelism() - 1),
    options.queueLimit ?? defaultQueueLimit,
  )
  return {
    hashPassword: (password) => limited(() => hash(password, costs)),
    verifyPassword: async (passwordHash, password) => {
      const isEqual = await limited(() => verify(passwordHash ?? nobodysHash, password))
      return isEqual && passwordHash !== undefined
    },
    isOutdated: (passwordHash) => !passwordHash.startsWith(currentForm),
  }
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
