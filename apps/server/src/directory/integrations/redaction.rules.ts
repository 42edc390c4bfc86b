// What may be kept of a request: everything but secrets. A secret is what stands under a name that says so, wherever that is, and the value of
// an operation whose path says so.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** What stands for a secret. */
export const redacted = '[redacted]'

const secretName =
  /passw|passphrase|passcode|pwd|secret|token|authorization|bearer|api[-_]?key|credential|private[-_]?key|^otp$|^pin$/i

/** A value without its secrets, the same one where there is none; `more` are names in lower case whose values are secrets as well. */
export function withoutSecrets(value: Json, more: readonly string[] = []): Json {
  if (Array.isArray(value)) {
    const parts = value as readonly Json[]
    const kept = parts.map((part) => withoutSecrets(part, more))
    return kept.some((part, index) => part !== parts[index]) ? kept : parts
  }
  if (!isJsonObject(value)) return value
  const isSecretOperation = isAboutSecret(value, more)
  let kept: Record<string, Json> | undefined
  for (const name in value) {
    const part = value[name] ?? null
    const isSecret = saysSecret(name, more) || (isSecretOperation && /^value$/i.test(name))
    // Flags about secrets are none: password_never_expires.
    const shown = isSecret && typeof part !== 'boolean' && part !== null ? redacted : withoutSecrets(part, more)
    if (shown === part) continue
    kept ??= { ...value }
    kept[name] = shown
  }
  return kept ?? value
}

function isAboutSecret(operation: JsonObject, more: readonly string[]): boolean {
  for (const name in operation) {
    const path = operation[name]
    if (typeof path === 'string' && /^path$/i.test(name) && saysSecret(path, more)) return true
  }
  return false
}

function saysSecret(text: string, more: readonly string[]): boolean {
  return secretName.test(text) || more.some((name) => isNamed(text, name))
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
