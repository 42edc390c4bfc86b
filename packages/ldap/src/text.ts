import { isUtf8 } from 'node:buffer'

import type { Attributed, RawEntry } from './raw-entry.ts'

/** The first value as text; undefined when the attribute is absent, without values, or not UTF-8 (see `malformedAttributes`). */
export function text(entry: Attributed, attribute: string): string | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]
  return value !== undefined && isUtf8(value) ? value.toString('utf8') : undefined
}

/** All values as text, none when the attribute is absent; values that are not UTF-8 are left out (see `malformedAttributes`). */
export function texts(entry: Attributed, attribute: string): readonly string[] {
  const values = entry.attributes.get(attribute.toLowerCase()) ?? []
  return values.filter((value) => isUtf8(value)).map((value) => value.toString('utf8'))
}

/**
 * Which of the given text attributes hold bytes that are not UTF-8, and `dn` when the DN does: the reason to give when an
 * entry is skipped. Empty for a sound entry.
 */
export function malformedAttributes(entry: RawEntry, attributes: readonly string[]): readonly string[] {
  const malformed = attributes.filter(
    (name) => entry.attributes.get(name.toLowerCase())?.some((value) => !isUtf8(value)) === true,
  )
  return entry.dn.includes('\ufffd') ? ['dn', ...malformed] : malformed
}
