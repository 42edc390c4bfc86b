import { randomInt } from 'node:crypto'

const classes = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#%+-./:=?@_~'] as const
const length = 40

/** A password that nobody is told: 40 characters with all four kinds that password policies ask for. */
export function randomPassword(): string {
  const all = classes.join('')
  const characters = Array.from({ length }, (_, index) => pick(classes[index] ?? all))
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1)
    ;[characters[index], characters[other]] = [characters[other] ?? '', characters[index] ?? '']
  }
  return characters.join('')
}

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length))
}
