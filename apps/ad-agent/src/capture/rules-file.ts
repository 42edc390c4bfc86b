// What the hub told of its password policy, for the program that the domain controller asks: the rules in a file, and the list of leaked
// passwords in another one beside it. There is no secret in them, and everybody may read them.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { leakedForms } from '@lockstep/contract/leaked-password'
import { defaultPasswordRules, type PasswordRules } from '@lockstep/contract/password-rules'
import { sha256 } from '@lockstep/kernel/digest'

/** The rules, and the SHA-256 of the list of leaked passwords where those are refused. */
interface ToldRules {
  readonly rules: PasswordRules
  readonly leakedList?: string
}

/** Puts rules in the place of the ones before. */
export function writeRules(path: string, told: ToldRules): Promise<void> {
  return replace(path, `${JSON.stringify(told, undefined, 2)}\n`)
}

/** Puts a list in the place of the one before. */
export function writeLeakedList(path: string, text: string): Promise<void> {
  return replace(listBeside(path), text)
}

/** The rules that the hub last told; undefined where it told none, or somebody spoiled the file. */
export async function readRules(path: string): Promise<ToldRules | undefined> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8')) as Partial<ToldRules> | null
    const names = Object.keys(defaultPasswordRules) as (keyof PasswordRules)[]
    const isWhole = names.every((name) => typeof found?.rules?.[name] === typeof defaultPasswordRules[name])
    return isWhole ? (found as ToldRules) : undefined
  } catch {
    // Not there yet, or no JSON.
    return undefined
  }
}

/** The SHA-256 of the list that is there; empty without one. */
export async function leakedListDigest(path: string): Promise<string> {
  const text = await readList(path)
  return text === undefined ? '' : digestOf(text)
}

/** Whether a password is in the list with this SHA-256; undefined where another one or none is there. */
export async function isInLeakedList(path: string, digest: string, password: string): Promise<boolean | undefined> {
  const text = await readList(path)
  if (text === undefined || digestOf(text) !== digest) return undefined
  const listed = new Set(text.split('\n'))
  return leakedForms(password).some((form) => listed.has(form))
}

function listBeside(path: string): string {
  return `${path}.leaked`
}

function digestOf(text: string): string {
  return sha256(text).toString('hex')
}

async function readList(path: string): Promise<string | undefined> {
  try {
    return await readFile(listBeside(path), 'utf8')
  } catch {
    // Not there yet, or not to be read by this user: the same to whoever asks.
    return undefined
  }
}

async function replace(path: string, text: string): Promise<void> {
  const next = `${path}.new`
  await writeFile(next, text, { mode: 0o644 })
  await rename(next, path)
}
