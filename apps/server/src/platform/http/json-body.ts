import { AppError } from '@lockstep/contract/app-error'

const maxDepth = 32
const poisonous = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads a JSON body strictly: UTF-8 without exceptions, at most 32 levels, no key twice in an object (RFC 8259, section 4, leaves the
 * meaning of duplicates open, so two readers may see two documents), no key that reaches JavaScript's prototypes.
 */
export function parseJsonBody(raw: Buffer): unknown {
  if (raw.length === 0) return undefined
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(raw)
  } catch {
    throw new AppError('invalid_json', { detail: 'The body is not valid UTF-8.', field: 'body' })
  }
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own message repeats what was sent, which may hold a password: only the place is told.
    const place = error instanceof Error ? /position [0-9]+/.exec(error.message)?.[0] : undefined
    throw new AppError('invalid_json', { detail: `The body is not valid JSON${place ? ` (at ${place})` : ''}.`, field: 'body' })
  }
  checkKeys(text)
  return value
}

/** Walks valid JSON text once and refuses what `JSON.parse` accepts silently. */
function checkKeys(text: string): void {
  const stack: (Set<string> | null)[] = []
  let index = 0
  let expectKey = false
  while (index < text.length) {
    const char = text[index]
    if (char === '"') {
      const end = endOfString(text, index)
      if (expectKey) {
        noteKey(text.slice(index, end + 1), stack.at(-1) ?? null)
        expectKey = false
      }
      index = end
    } else if (char === '{') {
      stack.push(new Set())
      expectKey = true
    } else if (char === '[') {
      stack.push(null)
      expectKey = false
    } else if (char === '}' || char === ']') stack.pop()
    else if (char === ',') expectKey = stack.at(-1) !== null && stack.length > 0
    if (stack.length > maxDepth)
      throw new AppError('invalid_json', {
        detail: `The body is nested deeper than ${maxDepth} levels.`,
        field: 'body',
      })
    index += 1
  }
}

function endOfString(text: string, start: number): number {
  let index = start + 1
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1
  return index
}

function noteKey(quoted: string, keys: Set<string> | null): void {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  if (poisonous.has(key)) throw new AppError('invalid_json', { detail: `The key "${key}" is not allowed.`, field: key })
  if (keys?.has(key))
    throw new AppError('invalid_json', {
      detail: `The key "${key.slice(0, 100)}" stands twice in one object.`,
      field: key.slice(0, 100),
    })
  keys?.add(key)
}
