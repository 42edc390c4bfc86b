/** What came of one check. `note` works but deserves a look; `skipped` could not be looked at because of another finding. */
export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'note' | 'wrong' | 'skipped'
  /** What was seen, in words. */
  readonly text: string
  /** What puts it right: sentences or commands, a line each. */
  readonly fix?: readonly string[]
}

export function ok(name: string, text: string): Finding {
  return { name, state: 'ok', text }
}

export function note(name: string, text: string, ...fix: readonly string[]): Finding {
  return { name, state: 'note', text, ...(fix.length === 0 ? {} : { fix }) }
}

export function wrong(name: string, text: string, ...fix: readonly string[]): Finding {
  return { name, state: 'wrong', text, fix }
}

export function skipped(name: string, text: string): Finding {
  return { name, state: 'skipped', text }
}

const words = { ok: 'ok     ', note: 'note   ', wrong: 'WRONG  ', skipped: 'skipped' } as const

/** A finding as it is printed. */
export function findingLines({ name, state, text, fix = [] }: Finding): string {
  return [`${words[state]}  ${name}: ${text}`, ...fix.map((line) => `           ${line}`)]
    .map((line) => `${line}\n`)
    .join('')
}
