// Addresses of this protocol: what is asked for in them, and how the log keeps them so that they can be asked for again.
import { refuseUnstorableText } from '../../platform/http/validation.ts'

/** Entra's flags end the address that is typed there; where the rest of the path was joined to it, it is not the query that it seems. */
const flagWithinPath = /\?(?:aadOptscim062020|AzureAdScimPatch2017)(\/[^?&]*)[?&]?/i

/** The path behind the base, with or without its version, and the query. Of a parameter that is repeated the first counts. */
export function readAddress(url: string): { readonly path: string; readonly query: Record<string, string> } {
  const { pathname, searchParams } = new URL(url.replace(flagWithinPath, '$1?'), 'http://hub.invalid')
  const behind = pathname.replace(/^\/scim(\/v2(?=\/|$))?/i, '')
  const query: Record<string, string> = {}
  for (const [name, value] of searchParams) query[name] ??= value
  refuseUnstorableText(query, 'query')
  return { path: decoded(behind), query }
}

function decoded(path: string): string {
  try {
    const text = decodeURIComponent(path)
    refuseUnstorableText(text, 'path')
    return text
  } catch {
    return path
  }
}

/** A path as it stands in an address. */
export function writtenPath(path: string): string {
  return path.replaceAll(/[%?#\\]/g, encodeURIComponent)
}
