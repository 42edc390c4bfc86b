// The program that Samba asks about every new password (`check password script`): it gets the password on standard input and the account
// in the environment, and accepts with 0. It says nothing of who is right: what it accepts may still be refused afterwards.
import type { Readable } from 'node:stream'
import { brokenPasswordRules } from '@lockstep/contract/password-rules'
import { readRules } from './rules-file.ts'

/** What Samba gives, and where the rules stand. */
export interface PasswordQuestion {
  readonly rulesFile: string
  readonly input: Readable
  /** Empty where it is not known. */
  readonly username: string
  readonly printError: (line: string) => void
}

const limitBytes = 8192

/** Whether the password that is read follows the rules, as an exit code: 0 or 1. Prints which of them it breaks. */
export async function checkPassword({ rulesFile, input, username, printError }: PasswordQuestion): Promise<number> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) break
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const password = bytes.toString('utf8')
  for (const buffer of [bytes, ...chunks]) buffer.fill(0)
  const broken =
    sizeBytes > limitBytes ? ['maxLength'] : brokenPasswordRules(password, await readRules(rulesFile), username)
  if (broken.length === 0) return 0
  printError(`The password breaks: ${broken.join(', ')}\n`)
  return 1
}
