// The program that Samba asks about every new password (`check password script`): it gets the password on standard input and the account
// in the environment, and accepts with 0. It says nothing of who is right: what it accepts may still be refused afterwards.
import type { Readable } from 'node:stream'
import {
  brokenPasswordRules,
  type BrokenPasswordRule,
  defaultPasswordRules,
  describeBrokenRule,
} from '@lockstep/contract/password-rules'
import { isInLeakedList, readRules } from './rules-file.ts'

/** What Samba gives, and where the rules stand. */
export interface PasswordQuestion {
  readonly rulesFile: string
  /** Refuses every password while the rules or the list of leaked passwords cannot be read. */
  readonly isStrict: boolean
  readonly input: Readable
  /** Empty where it is not known. */
  readonly username: string
  readonly printError: (line: string) => void
}

const limitBytes = 8192

/** Whether the password that is read follows the rules, as an exit code: 0 or 1. Prints in words why not. */
export async function checkPassword({
  rulesFile,
  isStrict,
  input,
  username,
  printError,
}: PasswordQuestion): Promise<number> {
  const password = await readPassword(input)
  const told = await readRules(rulesFile)
  // Samba asks nobody else while a program of ours is asked, so that without any rules any password would do.
  const rules = told?.rules ?? defaultPasswordRules
  const broken: BrokenPasswordRule[] =
    password === undefined ? ['maxLength'] : [...brokenPasswordRules(password, rules, username)]
  const isLeaked =
    password === undefined || told?.leakedList === undefined
      ? false
      : await isInLeakedList(rulesFile, told.leakedList, password)
  if (isLeaked === true) broken.push('common')
  const isUnsure = told === undefined || isLeaked === undefined
  if (isUnsure) printError(`${told === undefined ? 'The rules' : 'The leaked passwords'} of the hub are not there.\n`)
  if (broken.length === 0) return isUnsure && isStrict ? 1 : 0
  printError(`The password must ${broken.map((rule) => describeBrokenRule(rule, rules)).join(', ')}.\n`)
  return 1
}

/** Undefined when there is more than any password has. */
async function readPassword(input: Readable): Promise<string | undefined> {
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
  return sizeBytes > limitBytes ? undefined : password
}
