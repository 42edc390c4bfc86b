import { type BindOutcome, bindOutcomeOf } from './bind-outcome.ts'
import { connectDirectory, type DirectoryOptions } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'

/**
 * Tries a password on a connection of its own that is closed again. Resolves with what the domain controller says about
 * it (an empty password is `wrong_password` without asking); rejects with a DirectoryError when it could not be asked.
 */
export async function verifyPassword(options: DirectoryOptions): Promise<BindOutcome> {
  if (options.bindDn === '' || options.password === '') return 'wrong_password'
  try {
    const client = await connectDirectory(options)
    await client.close()
    return 'accepted'
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === 49) return bindOutcomeOf(error)
    throw error
  }
}
