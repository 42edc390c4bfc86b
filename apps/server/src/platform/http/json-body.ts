import { isUtf8 } from 'node:buffer'
import { AppError } from '@lockstep/contract/app-error'

const maxDepth = 32
const byteOrderMark = '\uFEFF'
const poisonous = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads a JSON body strictly: UTF-8 without exceptions, at most 32 levels, no key twice in an object (RFC 8259, section 4, leaves the
 * meaning of duplicates open, so two readers may see two documents), no key that reaches JavaScript's prototypes.
 */
export function parseJsonBody(raw: Buffer): unknown {
  if (raw.length === 0) return undefined
  if (!isUtf8(raw)) throw new AppError('invalid_json', { detail: 'The body is not valid UTF-8.', field: 'body' })
  const decoded = raw.toString('utf8')
  const text = decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own message repeats what was sent, which may hold a password: only the place is told.
    const place = error instanceof Error ? /position [0-9]+/.exec(error.message)?.[0] : undefined
    throw new AppError('invalid_json', {
      detail: `The body is not valid JSON${place ? ` (at ${place})` : ''}.`,
      field: 'body',
    })
  }
  checkKeys(text)
  return value
}

const code = {
  quote: 0x22,
  comma: 0x2c,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const

/** Walks valid JSON text once and refuses what `JSON.parse` accepts silently. */
function checkKeys(text: string): void {
  const stack: (Set<string> | null)[] = []
  let expectKey = false
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case code.quote: {
        const end = endOfString(text, index)
        if (expectKey) noteKey(text.slice(index, end + 1), stack.at(-1) ?? null)
        expectKey = false
        index = end
        break
      }
      case code.openObject:
        enter(stack, new Set())
        expectKey = true
        break
      case code.openList:
        enter(stack, null)
        expectKey = false
        break
      case code.closeObject:
      case code.closeList:
        stack.pop()
        break
      case code.comma:
        expectKey = stack.length > 0 && stack.at(-1) !== null
        break
    }
  }
}

function enter(stack: (Set<string> | null)[], keys: Set<string> | null): void {
  stack.push(keys)
  if (stack.length > maxDepth)
    throw new AppError('invalid_json', { detail: `The body is nested deeper than ${maxDepth} levels.`, field: 'body' })
}

/** Where the string that begins at `start` ends: at the first quote that an even number of backslashes stands before. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === code.backslash) before -= 1
    if ((end - before) % 2 === 1) return end
  }
}

function noteKey(quoted: string, keys: Set<string> | null): void {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  if (poisonous.has(key)) throw new AppError('invalid_json', { detail: `The key "${key}" is not allowed.`, field: key })
  if (keys?.has(key))
    throw new AppError('invalid_json', {
      detail: `The key "${key.slice(0, 100)}" stands twice in one object.`,
      field: key.slice(0, 100) || 'body',
    })
  keys?.add(key)
}
