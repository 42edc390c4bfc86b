// Passwords that are tried first, from what leaked elsewhere: a list that comes with the hub, so that no password is ever asked about outside.
import { leakedForms } from '@lockstep/contract/leaked-password'
import { sha256 } from '@lockstep/kernel/digest'

/** The list for whoever looks without the hub: a password a line, in lower case, and the SHA-256 of that text. */
interface LeakedList {
  readonly sha256: string
  readonly text: string
}

let loading: Promise<LeakedList & { readonly passwords: ReadonlySet<string> }> | undefined

/** True for one of some 50,000 leaked passwords, also in disguise ("P@ssw0rd") or with less added to it than it is long ("Welcome2026!"). */
export async function isLeakedPassword(password: string): Promise<boolean> {
  const { passwords } = await (loading ??= load())
  return leakedForms(password).some((form) => passwords.has(form))
}

/** The whole list. */
export async function leakedPasswordList(): Promise<LeakedList> {
  return (loading ??= load())
}

/** Loaded when it is first needed: many hubs never set a password. */
async function load(): Promise<Awaited<NonNullable<typeof loading>>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const passwords = new Set(dictionary['passwords-common'].map((password) => String(password).toLowerCase()))
  const text = [...passwords].join('\n')
  return { passwords, text, sha256: sha256(text).toString('hex') }
}
