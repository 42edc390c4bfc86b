/** Active Directory allows 20 characters in the sAMAccountName of a user (MS-SAMR, section 3.1.1.6). */
const usernameLimit = 20

// Letters that canonical decomposition leaves whole.
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

/** Lower-case ASCII letters of a name in Latin script: `Đặng` becomes `dang`, `Ó Briain` becomes `obriain`. */
function asciiLetters(name: string): string {
  const letters = name.normalize('NFD').toLowerCase()
  return letters.replace(/[ßæøđðþłı]/g, (letter) => plainLetters[letter] ?? '').replace(/[^a-z]/g, '')
}

/**
 * Makes a username of at most 20 characters from Latin given name and surname (either may be empty) and enters it into
 * `taken`; a number tells namesakes apart.
 */
export function makeUsername(given: string, surname: string, taken: Set<string>): string {
  const parts = [asciiLetters(given.split(' ')[0] ?? ''), asciiLetters(surname)].filter((part) => part !== '')
  const full = parts.join('.')
  const initial = parts.map((part, index) => (index === 0 && parts.length > 1 ? part.slice(0, 1) : part)).join('.')
  const base = full.length <= usernameLimit ? full : initial.slice(0, usernameLimit)
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : String(number)
    const username = base.slice(0, usernameLimit - suffix.length) + suffix
    if (taken.has(username)) continue
    taken.add(username)
    return username
  }
}
