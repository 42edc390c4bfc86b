/** Digits and signs that stand for letters in what people take for clever. */
const disguises: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i', '+': 't' },
}
/** Shorter words are in too many good passwords. */
const shortestWord = 4

/**
 * What to look for in a list of leaked passwords in lower case: the password itself, and the word in it where less is added than it is long
 * ("Welcome2026!"), also out of its disguise ("P@ssw0rd").
 */
export function leakedForms(password: string): readonly string[] {
  const plain = password.toLowerCase()
  const word = plain.replaceAll(/^[^a-z]+|[^a-z]+$/g, '')
  if (word.length < shortestWord || plain.length - word.length > word.length) return [plain]
  return [plain, word, [...word].map((letter) => disguises[letter] ?? letter).join('')]
}
