import { AppError } from '@lockstep/contract/app-error'
import { HashingOverloaded } from '../../platform/crypto/password-hash.ts'

/** Runs password work; when too much of it waits already, that is a refusal to try again and no fault. */
export async function withinCapacity<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HashingOverloaded) throw new AppError('overloaded', { cause: error, retryAfterSeconds: 1 })
    throw error
  }
}
