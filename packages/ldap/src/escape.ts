/** Escapes a value for use in a relative distinguished name (RFC 4514 section 2.4): `CN=` + escapeRdnValue('Doe, Jane'). */
export function escapeRdnValue(value: string): string {
  let escaped = ''
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index)
    const isFirst = index === 0
    const isLast = index === value.length - 1
    if (character < ' ' || character === '\u007f') {
      escaped += `\\${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
    } else if (
      ',+"\\<>;='.includes(character) ||
      (character === ' ' && (isFirst || isLast)) ||
      (character === '#' && isFirst)
    ) {
      escaped += `\\${character}`
    } else {
      escaped += character
    }
  }
  return escaped
}

/** Escapes a value for use in a search filter (RFC 4515 section 3); every byte of a Buffer is escaped. */
export function escapeFilterValue(value: string | Buffer): string {
  if (typeof value !== 'string') return value.toString('hex').replace(/../g, '\\$&')
  return value.replace(/[*()\\\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
