// Regular expressions of requests as PostgreSQL's: a small language is read and written anew, so that nothing else of either engine's
// reaches the other. Left out is what cannot be matched in one pass: references back, and looking around.

/** A pattern that may run: for the field itself, and for the searched text that holds the field somewhere inside. */
export interface SearchPattern {
  readonly pattern: string
  /** Matches every text that contains a match, when letter case is ignored; undefined when no such pattern is known. */
  readonly anywhere: string | undefined
}

export type PatternReading =
  | { readonly ok: true; readonly value: SearchPattern }
  | { readonly ok: false; readonly why: string }

const maxLength = 256
const maxDepth = 20
const maxRepeat = 100
const sameEscapes = new Set('dDwWsStnrfv')

/** Reads a pattern; `options` are the letters beside it, as in `$options: "i"`. */
export function readSearchPattern(text: string, options = ''): PatternReading {
  if (text.length > maxLength) return { ok: false, why: `is longer than ${maxLength} characters` }
  const flags = /^\(\?([imsx]+)\)/.exec(text)
  const letters = `${options}${flags?.[1] ?? ''}`
  if (/[^imsu]/.test(letters)) return { ok: false, why: `has the unknown option ${letters.replaceAll(/[imsu]/g, '')}` }
  const writer = new PatternWriter(text.slice(flags?.[0].length ?? 0))
  const why = writer.run()
  if (why !== undefined) return { ok: false, why }
  const { exact, loose, isNegated } = writer
  const ignoringCase = letters.includes('i') ? '(?i)' : ''
  return {
    ok: true,
    value: { pattern: `${ignoringCase}(?:${exact})`, anywhere: isNegated ? undefined : `(?:${loose})` },
  }
}

/** The pattern that matches a text. */
export function literalPattern(text: string): string {
  return `(?:${text.replaceAll(/[^\p{L}\p{N}\s]/gu, (char) => `\\${char}`)})`
}

/** Writes the same pattern twice: with its anchors, and without them. */
class PatternWriter {
  readonly #text: string
  #at = 0
  #depth = 0
  #mayRepeat = false
  exact = ''
  loose = ''
  isNegated = false

  constructor(text: string) {
    this.#text = text
  }

  /** Why the pattern is not taken; undefined when it was written. */
  run(): string | undefined {
    while (this.#at < this.#text.length) {
      const why = this.#step(this.#text[this.#at] ?? '')
      if (why !== undefined) return why
    }
    return this.#depth === 0 ? undefined : 'has a bracket that is not closed'
  }

  #step(char: string): string | undefined {
    if (char === '\\') return this.#escape()
    if (char === '[') return this.#bracket()
    if (char === '(') return this.#open()
    if (char === ')') return this.#close()
    if (char === '^' || char === '$') return this.#write(char, '', false)
    if (char === '|') return this.#write(char, char, false)
    if ('*+?'.includes(char)) return this.#repeat(char)
    const counted = char === '{' ? /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#text.slice(this.#at)) : null
    if (counted !== null) return this.#count(counted)
    if (char === '{' || char === '}' || char === ']') return this.#write(`\\${char}`, `\\${char}`, true)
    return this.#write(char, char, true)
  }

  #write(exact: string, loose: string, mayRepeat: boolean, length = 1): undefined {
    this.exact += exact
    this.loose += loose
    this.#mayRepeat = mayRepeat
    this.#at += length
  }

  #escape(): string | undefined {
    const char = this.#text[this.#at + 1]
    if (char === undefined) return 'ends with a backslash'
    if (sameEscapes.has(char)) return this.#write(`\\${char}`, `\\${char}`, true, 2)
    if (char === 'b' || char === 'B') return this.#write(char === 'b' ? '\\y' : '\\Y', '', false, 2)
    const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(this.#text.slice(this.#at))
    if (code !== null) {
      const hex = (code[1] ?? code[2] ?? '').padStart(4, '0')
      if (hex === '0000') return 'names a character that cannot be stored'
      return this.#write(`\\u${hex}`, `\\u${hex}`, true, code[0].length)
    }
    if (/[\p{L}\p{N}]/u.test(char)) return `has \\${char}, which is not known here`
    return this.#write(`\\${char}`, `\\${char}`, true, 2)
  }

  #bracket(): string | undefined {
    const found = /^\[(\^?)(\]?(?:\\.|[^\]\\])*)\]/su.exec(this.#text.slice(this.#at))
    if (found === null) return 'has a bracket that is not closed'
    const [whole, negation = '', members = ''] = found
    if (/\\[^dwstnrfv\P{L}]|\\[0-9]/u.test(members)) return 'has an escape within [ ] that is not known here'
    if (negation !== '') this.isNegated = true
    const written = `[${negation}${members.replaceAll(/(?<!\\)\[/g, '\\[')}]`
    return this.#write(written, written, true, whole.length)
  }

  #open(): string | undefined {
    this.#depth += 1
    if (this.#depth > maxDepth) return `has more than ${maxDepth} brackets within each other`
    const rest = this.#text.slice(this.#at)
    if (rest.startsWith('(?:')) return this.#write('(?:', '(?:', false, 3)
    if (rest.startsWith('(?')) return 'has a group that is not known here; write (?:…)'
    if (rest.startsWith('(*')) return 'repeats what cannot be repeated'
    return this.#write('(?:', '(?:', false)
  }

  #close(): string | undefined {
    this.#depth -= 1
    if (this.#depth < 0) return 'has a bracket that was not opened'
    return this.#write(')', ')', true)
  }

  #repeat(char: string): string | undefined {
    if (!this.#mayRepeat) return 'repeats what cannot be repeated'
    const lazy = this.#text[this.#at + 1] === '?' ? '?' : ''
    return this.#write(`${char}${lazy}`, `${char}${lazy}`, false, 1 + lazy.length)
  }

  #count([whole, least = '', , most]: RegExpExecArray): string | undefined {
    if (!this.#mayRepeat) return 'repeats what cannot be repeated'
    if (Number(least) > maxRepeat || Number(most ?? '0') > maxRepeat) return `repeats more than ${maxRepeat} times`
    return this.#write(whole, whole, false, whole.length)
  }
}
