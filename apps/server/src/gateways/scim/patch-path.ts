// The paths of PATCH (RFC 7644, section 3.5.2): attr, attr.sub, attr[filter], attr[filter].sub, each with or without a URN; a URN alone.
import { findTarget, type Found, named } from './attribute-path.ts'
import { type Filter, parseFilter } from './filter.ts'
import type { Attribute, ResourceType, Schema } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** What an operation is about. */
export type PatchTarget =
  | { readonly schema: Schema; readonly isExtension: boolean }
  | (Found & { readonly where?: Filter })

const maxPathLength = 4096

/** Finds what a path means; undefined when the type has no such attribute. Refuses with invalidPath and invalidFilter. */
export function findPatchTarget(
  type: ResourceType,
  path: string,
  options: { readonly barewords: boolean },
): PatchTarget | undefined {
  const text = path.trim()
  if (text === '' || text.length > maxPathLength) throw malformed(path)
  const open = text.indexOf('[')
  if (open < 0) {
    if (!/^[A-Za-z$][\w$:.-]*$/.test(text) || text.endsWith('.') || text.endsWith(':')) throw malformed(path)
    return findTarget(type, text)
  }
  const close = closingBracket(text, open)
  const rest = close < 0 ? '' : text.slice(close + 1)
  if (close < 0 || !(rest === '' || /^\.[\w$-]+$/.test(rest))) throw malformed(path)
  const where = parseFilter(text.slice(open + 1, close), options)
  const found = findTarget(type, text.slice(0, open))
  if (found === undefined) return undefined
  if ('schema' in found || found.sub !== undefined || !found.attribute.multiValued) throw malformed(path)
  if (rest === '') return { ...found, where }
  const sub: Attribute | undefined = named(found.attribute.subAttributes, rest.slice(1))
  return sub === undefined ? undefined : { ...found, where, sub }
}

/** Where the bracket closes that opens at a place; brackets within quotes do not count. */
function closingBracket(text: string, open: number): number {
  let isQuoted = false
  for (let index = open + 1; index < text.length; index += 1) {
    const char = text[index]
    if (isQuoted && char === '\\') index += 1
    else if (char === '"') isQuoted = !isQuoted
    else if (char === ']' && !isQuoted) return index
  }
  return -1
}

function malformed(path: string): ScimRefusal {
  return new ScimRefusal('invalidPath', `${quoted(path)} is no path.`)
}
