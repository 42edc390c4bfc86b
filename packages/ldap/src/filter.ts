import { boolean, element, octets, sequence } from './ber-writer.ts'
import { DirectoryError } from './directory-error.ts'

const depthLimit = 50

interface Source {
  readonly text: string
  offset: number
}

/**
 * Encodes a search filter (RFC 4515 text to RFC 4511 section 4.5.1 bytes). Escaped bytes stay bytes, so that binary values
 * made by `escapeFilterValue` match; throws a `protocol` DirectoryError when the text is no filter.
 */
export function encodeFilter(filter: string): Buffer {
  const trimmed = filter.trim()
  const source: Source = { text: trimmed.startsWith('(') ? trimmed : `(${trimmed})`, offset: 0 }
  const encoded = encodeGroup(source, 0)
  if (source.offset !== source.text.length) throw notAFilter()
  return encoded
}

function encodeGroup(source: Source, depth: number): Buffer {
  if (depth > depthLimit || source.text.charAt(source.offset) !== '(') throw notAFilter()
  source.offset += 1
  const operator = source.text.charAt(source.offset)
  let encoded: Buffer
  if (operator === '&' || operator === '|') {
    source.offset += 1
    encoded = element(operator === '&' ? 0xa0 : 0xa1, encodeList(source, depth))
  } else if (operator === '!') {
    source.offset += 1
    skipSpace(source)
    encoded = element(0xa2, [encodeGroup(source, depth + 1)])
    skipSpace(source)
  } else {
    encoded = encodeItem(source)
  }
  if (source.text.charAt(source.offset) !== ')') throw notAFilter()
  source.offset += 1
  return encoded
}

function encodeList(source: Source, depth: number): Buffer[] {
  const parts: Buffer[] = []
  skipSpace(source)
  while (source.text.charAt(source.offset) === '(') {
    parts.push(encodeGroup(source, depth + 1))
    skipSpace(source)
  }
  return parts
}

function skipSpace(source: Source): void {
  while (/\s/.test(source.text.charAt(source.offset))) source.offset += 1
}

function encodeItem(source: Source): Buffer {
  const end = source.text.indexOf(')', source.offset)
  if (end < 0) throw notAFilter()
  const item = source.text.slice(source.offset, end)
  source.offset = end
  const match = /^([\w.;-]*)(:dn)?(?::([\w.-]+))?(=|>=|<=|~=|:=)([^]*)$/.exec(item)
  if (match === null) throw notAFilter()
  const [, attribute = '', dn, rule, operator = '', value = ''] = match
  if (operator === ':=') return encodeExtensible({ attribute, rule, isDn: dn !== undefined, value })
  if (attribute === '' || dn !== undefined || rule !== undefined) throw notAFilter()
  if (operator === '=' && value === '*') return octets(attribute, 0x87)
  if (operator === '=' && value.includes('*')) return encodeSubstrings(attribute, value)
  const tag = operator === '=' ? 0xa3 : operator === '>=' ? 0xa5 : operator === '<=' ? 0xa6 : 0xa8
  return element(tag, [octets(attribute), octets(unescapeValue(value))])
}

function encodeSubstrings(attribute: string, value: string): Buffer {
  const pieces = value.split('*')
  const last = pieces.length - 1
  const parts: Buffer[] = []
  for (const [index, piece] of pieces.entries()) {
    if (piece !== '') parts.push(octets(unescapeValue(piece), index === 0 ? 0x80 : index === last ? 0x82 : 0x81))
  }
  if (parts.length === 0) throw notAFilter()
  return element(0xa4, [octets(attribute), sequence(parts)])
}

interface ExtensibleMatch {
  readonly attribute: string
  readonly rule: string | undefined
  readonly isDn: boolean
  readonly value: string
}

function encodeExtensible({ attribute, rule, isDn, value }: ExtensibleMatch): Buffer {
  if (attribute === '' && rule === undefined) throw notAFilter()
  const parts: Buffer[] = []
  if (rule !== undefined) parts.push(octets(rule, 0x81))
  if (attribute !== '') parts.push(octets(attribute, 0x82))
  parts.push(octets(unescapeValue(value), 0x83))
  if (isDn) parts.push(boolean(true, 0x84))
  return element(0xa9, parts)
}

function unescapeValue(value: string): Buffer {
  if (/[(\0]/.test(value)) throw notAFilter()
  const pieces = value.split('\\')
  const parts = [Buffer.from(pieces[0] ?? '', 'utf8')]
  for (const piece of pieces.slice(1)) {
    const pair = piece.slice(0, 2)
    if (!/^[0-9a-f]{2}$/i.test(pair)) throw notAFilter()
    parts.push(Buffer.from(pair, 'hex'), Buffer.from(piece.slice(2), 'utf8'))
  }
  return Buffer.concat(parts)
}

function notAFilter(): DirectoryError {
  return new DirectoryError({
    kind: 'protocol',
    operation: 'understand a search filter',
    remedy: 'The search filter is not valid; check its parentheses, attribute names and escapes.',
  })
}
