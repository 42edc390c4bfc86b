import type { Attributed } from './raw-entry.ts'

const decimal = /^-?\d{1,19}$/

/** The first value as a number, for 32-bit attributes such as userAccountControl; undefined when absent or not one. */
export function integer(entry: Attributed, attribute: string): number | undefined {
  const value = bigInteger(entry, attribute)
  const number = Number(value)
  return value !== undefined && Number.isSafeInteger(number) ? number : undefined
}

/** The first value as a bigint, for 64-bit attributes such as uSNChanged and accountExpires; undefined when absent or not one. */
export function bigInteger(entry: Attributed, attribute: string): bigint | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]?.toString('latin1')
  return value !== undefined && decimal.test(value) ? BigInt(value) : undefined
}

/** The first value as a boolean (`TRUE` or `FALSE`); undefined when absent or neither. */
export function flag(entry: Attributed, attribute: string): boolean | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]?.toString('latin1')
  return value === 'TRUE' ? true : value === 'FALSE' ? false : undefined
}
