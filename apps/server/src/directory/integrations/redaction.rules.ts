// What may be kept of a request: everything but secrets. A secret is what stands under a name that says so, wherever that is, and the value of
// an operation whose path says so.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** What stands for a secret. */
export const redacted = '[redacted]'

const secretName =
  /passw|passphrase|passcode|pwd|secret|token|authorization|bearer|api[-_]?key|credential|private[-_]?key|^otp$|^pin$/i

/** A value without its secrets; `more` are names in lower case whose values are secrets as well. */
export function withoutSecrets(value: Json, more: readonly string[] = []): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => withoutSecrets(one, more))
  if (!isJsonObject(value)) return value
  const says = (text: string): boolean => secretName.test(text) || more.some((name) => isNamed(text, name))
  const isSecretOperation = Object.entries(value).some(
    ([name, part]) => /^path$/i.test(name) && typeof part === 'string' && says(part),
  )
  const kept: Record<string, Json> = {}
  for (const [name, part] of Object.entries(value)) {
    const isSecret = says(name) || (isSecretOperation && /^value$/i.test(name))
    // Flags about secrets are none: password_never_expires.
    kept[name] = isSecret && typeof part !== 'boolean' && part !== null ? redacted : withoutSecrets(part, more)
  }
  return kept
}

/** Whether a key or path ends in the name: `pin`, or `urn:…:pin`. */
function isNamed(text: string, name: string): boolean {
  const lower = text.trim().toLowerCase()
  return lower === name || lower.endsWith(`:${name}`) || lower.endsWith(`.${name}`)
}

/** An address without the secrets that a parameter names or holds. */
export function addressWithoutSecrets(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): string {
  const says = (text: string): boolean =>
    secretName.test(text) ||
    (more.length > 0 &&
      text
        .toLowerCase()
        .split(/[^\w-]+/)
        .some((word) => more.includes(word)))
  const parameters = Object.entries(query).map(([name, value = '']) =>
    says(name) || says(value)
      ? `${encodeURIComponent(name)}=${redacted}`
      : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`
}

/** A kept body as it can be sent again: what was redacted is left out. */
export function withoutRedacted(value: Json): Json {
  if (Array.isArray(value))
    return (value as readonly Json[])
      .filter((part) => !(isJsonObject(part) && hasRedactedValue(part)))
      .map(withoutRedacted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== redacted)
      .map(([name, part]) => [name, withoutRedacted(part)]),
  )
}

/** An operation about a secret, which has nothing left to do. */
function hasRedactedValue(part: JsonObject): boolean {
  return Object.entries(part).some(([name, value]) => /^value$/i.test(name) && value === redacted)
}
