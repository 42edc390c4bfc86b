// Passwords that are tried first, from what leaked elsewhere: a list that comes with the hub, so that no password is ever asked about outside.

/** Digits and signs that stand for letters in what people take for clever. */
const disguises: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i', '+': 't' },
}
/** Shorter words are in too many good passwords. */
const shortestWord = 4

let loading: Promise<ReadonlySet<string>> | undefined

/** True for one of some 50,000 leaked passwords, also in disguise ("P@ssw0rd") or with less added to it than it is long ("Welcome2026!"). */
export async function isLeakedPassword(password: string): Promise<boolean> {
  const common = await (loading ??= load())
  const plain = password.toLowerCase()
  if (common.has(plain)) return true
  const word = plain.replaceAll(/^[^a-z]+|[^a-z]+$/g, '')
  if (word.length < shortestWord || plain.length - word.length > word.length) return false
  return common.has(word) || common.has(undisguised(word))
}

function undisguised(word: string): string {
  return [...word].map((letter) => disguises[letter] ?? letter).join('')
}

/** Loaded with the first password that is set: many hubs never set one. */
async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'].map((password) => String(password).toLowerCase()))
}
