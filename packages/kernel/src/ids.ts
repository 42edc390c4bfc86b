import { randomBytes, randomUUID } from 'node:crypto'
import { assert } from './assert.ts'

declare const idBrand: unique symbol
/** An identifier on the wire: 24 lower-case hexadecimal digits, in time order. */
export type Id = string & { readonly [idBrand]: true }

const pattern = /^[0-9a-f]{24}$/
const processPart = randomBytes(5).toString('hex')
let counter = randomBytes(3).readUIntBE(0, 3)

/** Makes a new identifier: 4 bytes of seconds, 5 random bytes of this process, 3 bytes of a counter. */
export function newId(nowMs: number): Id {
  counter = (counter + 1) & 0xff_ff_ff
  const seconds = Math.floor(nowMs / 1000)
  const id = seconds.toString(16).padStart(8, '0') + processPart + counter.toString(16).padStart(6, '0')
  assert(pattern.test(id), 'a new identifier has 24 hexadecimal digits')
  return id as Id
}

/** Reads an identifier in either letter case; `undefined` when the text is not one. */
export function parseId(text: unknown): Id | undefined {
  if (typeof text !== 'string') return undefined
  const lower = text.toLowerCase()
  return pattern.test(lower) ? (lower as Id) : undefined
}

/** True for text that already is an identifier in its stored form. */
export function isId(text: unknown): text is Id {
  return typeof text === 'string' && pattern.test(text)
}

/** A random UUID (version 4), for correlation and for names of processes; not for what people see. */
export function newUuid(): string {
  return randomUUID()
}
