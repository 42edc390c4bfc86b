// The filter grammar of RFC 7644, section 3.4.2.2, read by recursive descent. Beyond it: `emails[type eq "work"].value eq "x"`, which Entra
// sends; a missing blank before a quote, which stands in the RFC's own examples; and, where that is tolerated, words without quotes.
import { quoted, ScimRefusal } from './scim-refusal.ts'

export type FilterOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le' | 'pr'
export type FilterValue = string | number | boolean | null

export interface FilterComparison {
  readonly path: string
  readonly operator: FilterOperator
  /** Absent for `pr`. */
  readonly value?: FilterValue
}

/** A filter as a tree; with `where`, it holds for an element of the list at `path`. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly path: string; readonly where: Filter }
  | FilterComparison

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'])
const maxLength = 8192
const maxDepth = 20
const maxTokens = 1000

type Token =
  | { readonly kind: 'mark'; readonly text: '(' | ')' | '[' | ']' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }

const pattern = /\s+|([()[\]])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|([^\s()[\]"]+)/uy

function tokenize(text: string): readonly Token[] {
  if (text.length > maxLength) throw refuse(`is longer than ${maxLength} characters`)
  const tokens: Token[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) throw refuse(`is not understood from ${quoted(text.slice(start))} on`)
    const [, mark, literal, word] = match
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark as '(' })
    else if (literal !== undefined) tokens.push({ kind: 'text', text: readText(literal) })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    if (tokens.length > maxTokens) throw refuse('has too many terms')
  }
  return tokens
}

function readText(literal: string): string {
  const text = JSON.parse(literal) as string
  if (text.includes('\u0000') || !text.isWellFormed()) throw refuse('holds a character that no value has')
  return text
}

function refuse(why: string): ScimRefusal {
  return new ScimRefusal('invalidFilter', `The filter ${why}.`)
}

/** Reads a filter; `barewords` takes a word without quotes for text. Refuses with invalidFilter. */
export function parseFilter(text: string, { barewords }: { readonly barewords: boolean }): Filter {
  const reader = new FilterReader(tokenize(text), barewords)
  return reader.whole()
}

class FilterReader {
  readonly #tokens: readonly Token[]
  readonly #barewords: boolean
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], barewords: boolean) {
    this.#tokens = tokens
    this.#barewords = barewords
  }

  whole(): Filter {
    if (this.#tokens.length === 0) throw refuse('is empty')
    const filter = this.#or()
    const rest = this.#tokens[this.#at]
    if (rest !== undefined) throw refuse(`goes on with ${quoted(rest.text)} where it should end`)
    return filter
  }

  #or(): Filter {
    this.#depth += 1
    if (this.#depth > maxDepth) throw refuse(`is nested deeper than ${maxDepth} levels`)
    const parts = [this.#and()]
    while (this.#takeWord('or')) parts.push(this.#and())
    this.#depth -= 1
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { or: parts }
  }

  #and(): Filter {
    const parts = [this.#unary()]
    while (this.#takeWord('and')) parts.push(this.#unary())
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { and: parts }
  }

  #unary(): Filter {
    const next = this.#tokens[this.#at + 1]
    if (this.#isMark(next, '(') && this.#takeWord('not')) {
      this.#at += 1
      const not = this.#or()
      this.#expect(')')
      return { not }
    }
    if (!this.#takeMark('(')) return this.#comparison()
    const inner = this.#or()
    this.#expect(')')
    return inner
  }

  #comparison(): Filter {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word')
      throw refuse(`has ${token === undefined ? 'nothing' : quoted(token.text)} in place of an attribute`)
    this.#at += 1
    const path = token.text
    if (!/^[A-Za-z$_][\w$:.-]*$/.test(path)) throw refuse(`names ${quoted(path)}, which is no attribute`)
    if (!this.#takeMark('[')) return { path, ...this.#test(path) }
    const where = this.#or()
    this.#expect(']')
    const sub = this.#tokens[this.#at]
    if (sub?.kind !== 'word' || !/^\.[\w$-]+$/.test(sub.text)) return { path, where }
    this.#at += 1
    return { path, where: { and: [where, { path: sub.text.slice(1), ...this.#test(path) }] } }
  }

  #test(path: string): Omit<FilterComparison, 'path'> {
    const token = this.#tokens[this.#at]
    const operator = token?.kind === 'word' ? token.text.toLowerCase() : ''
    if (!operators.has(operator)) throw refuse(`lacks an operator behind ${quoted(path)}`)
    this.#at += 1
    if (operator === 'pr') return { operator: 'pr' }
    return { operator: operator as FilterOperator, value: this.#value(path) }
  }

  #value(path: string): FilterValue {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'text') return token.text
    const word = token?.kind === 'word' ? token.text : ''
    const lower = word.toLowerCase()
    if (lower === 'true' || lower === 'false') return lower === 'true'
    if (lower === 'null') return null
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word) && Number.isFinite(Number(word))) return Number(word)
    if (this.#barewords && word !== '') return word
    throw refuse(`lacks a value to compare ${quoted(path)} with`)
  }

  #isMark(token: Token | undefined, mark: string): boolean {
    return token?.kind === 'mark' && token.text === mark
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false
    this.#at += 1
    return true
  }

  #takeMark(mark: string): boolean {
    if (!this.#isMark(this.#tokens[this.#at], mark)) return false
    this.#at += 1
    return true
  }

  #expect(mark: string): void {
    if (!this.#takeMark(mark)) throw refuse(`lacks ${quoted(mark)}`)
  }
}
