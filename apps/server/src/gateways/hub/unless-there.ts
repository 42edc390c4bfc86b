import { AppError } from '@lockstep/contract/app-error'

/** Runs what a PUT asks for; what is there already is as wanted, however often it is put (RFC 9110, section 9.2.2). */
export async function unlessThere(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'already_exists') throw error
  }
}
