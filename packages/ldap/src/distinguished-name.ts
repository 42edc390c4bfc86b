import { DirectoryError } from './directory-error.ts'

/** One attribute and value of a relative distinguished name, unescaped. */
export interface NamePart {
  readonly attribute: string
  readonly value: string
}

/** The relative names of a DN as they are written, nearest first; escapes are kept. The empty DN has none. */
export function splitDn(dn: string): readonly string[] {
  return dn.trim() === '' ? [] : splitUnescaped(dn, ',')
}

/** The DN without its first relative name, as written; undefined for the empty DN. */
export function parentDn(dn: string): string | undefined {
  const at = indexOfUnescaped(dn, ',', 0)
  if (at >= 0) return dn.slice(at + 1).trimStart()
  return dn.trim() === '' ? undefined : ''
}

/** The first relative name of a DN as it is written, for example `CN=Doe\, Jane`. */
export function rdnOf(dn: string): string {
  const at = indexOfUnescaped(dn, ',', 0)
  return trimUnescaped(at < 0 ? dn : dn.slice(0, at))
}

/** The attributes and unescaped values of a relative name; throws a `naming` DirectoryError when it is not one. */
export function parseRdn(rdn: string): readonly NamePart[] {
  return splitUnescaped(rdn, '+').map((part) => {
    const equals = part.indexOf('=')
    const attribute = part.slice(0, Math.max(equals, 0)).trim()
    if (!/^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)*)$/.test(attribute)) throw notAName()
    return { attribute, value: unescapeValue(trimUnescaped(part.slice(equals + 1))) }
  })
}

/** Whether two DNs name the same object: attributes and values compare without regard to case, escapes by what they mean. */
export function isSameDn(left: string, right: string): boolean {
  return normalise(left).join(',') === normalise(right).join(',')
}

/** Whether `dn` lies somewhere under `ancestor`; an object does not lie under itself. */
export function isBelow(dn: string, ancestor: string): boolean {
  const inner = normalise(dn)
  const outer = normalise(ancestor)
  if (inner.length <= outer.length) return false
  const offset = inner.length - outer.length
  return outer.every((part, index) => part === inner[index + offset])
}

// Values are quoted as JSON, so that no separator inside a value can make two different names equal.
function normalise(dn: string): readonly string[] {
  return splitDn(dn).map((rdn) =>
    parseRdn(rdn)
      .map(({ attribute, value }) => `${attribute.toLowerCase()}=${JSON.stringify(value.toLowerCase())}`)
      .toSorted()
      .join('+'),
  )
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = indexOfUnescaped(text, separator, 0); at >= 0; at = indexOfUnescaped(text, separator, start)) {
    parts.push(trimUnescaped(text.slice(start, at)))
    start = at + 1
  }
  parts.push(trimUnescaped(text.slice(start)))
  return parts
}

function indexOfUnescaped(text: string, separator: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === '\\') index += 1
    else if (character === separator) return index
  }
  return -1
}

// A trailing space belongs to the value when an odd number of backslashes stands before it.
function trimUnescaped(text: string): string {
  const trimmed = text.replace(/^ +/, '')
  let end = trimmed.length
  while (end > 0 && trimmed.charAt(end - 1) === ' ' && !isEscapedAt(trimmed, end - 1)) end -= 1
  return trimmed.slice(0, end)
}

function isEscapedAt(text: string, index: number): boolean {
  let backslashes = 0
  while (index - backslashes > 0 && text.charAt(index - backslashes - 1) === '\\') backslashes += 1
  return backslashes % 2 === 1
}

function unescapeValue(value: string): string {
  if (!value.includes('\\')) return value
  const bytes: Buffer[] = []
  for (let index = 0; index < value.length;) {
    const next = value.indexOf('\\', index)
    if (next !== index) {
      const end = next < 0 ? value.length : next
      bytes.push(Buffer.from(value.slice(index, end), 'utf8'))
      index = end
      continue
    }
    const pair = value.slice(index + 1, index + 3)
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      bytes.push(Buffer.from(pair, 'hex'))
      index += 3
    } else if (pair !== '' && ' "#+,;<=>\\'.includes(pair.charAt(0))) {
      bytes.push(Buffer.from(pair.charAt(0), 'utf8'))
      index += 2
    } else {
      throw notAName()
    }
  }
  return Buffer.concat(bytes).toString('utf8')
}

function notAName(): DirectoryError {
  return new DirectoryError({ kind: 'naming', operation: 'read a distinguished name' })
}
