import { readFile, rename, writeFile } from 'node:fs/promises'
import { defaultPasswordRules, type PasswordRules } from '@lockstep/contract/password-rules'

/** Puts rules in the place of the ones before, for everybody to read: there is no secret in them. */
export async function writeRules(path: string, rules: PasswordRules): Promise<void> {
  const next = `${path}.new`
  await writeFile(next, `${JSON.stringify(rules, undefined, 2)}\n`, { mode: 0o644 })
  await rename(next, path)
}

/**
 * The rules that the hub last told; those of a new hub where it told none, or somebody spoiled the file. Samba asks nobody else while a
 * program of ours is asked, so that without rules any password would do.
 */
export async function readRules(path: string): Promise<PasswordRules> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8')) as Partial<PasswordRules> | null
    const names = Object.keys(defaultPasswordRules) as (keyof PasswordRules)[]
    const isWhole = names.every((name) => typeof found?.[name] === typeof defaultPasswordRules[name])
    return isWhole ? { ...defaultPasswordRules, ...found } : defaultPasswordRules
  } catch {
    // Not there yet, or no JSON: see above.
    return defaultPasswordRules
  }
}
