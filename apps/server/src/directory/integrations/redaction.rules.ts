// What may be kept of a request: everything but secrets. A secret is what stands under a name that says so, wherever that is, and the value of
// an operation whose path says so.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** What stands for a secret. */
export const redacted = '[redacted]'

const secretName =
  /passw|passphrase|passcode|pwd|secret|token|authorization|bearer|api[-_]?key|credential|private[-_]?key|^otp$|^pin$/i

/** A value without its secrets. */
export function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutSecrets)
  if (!isJsonObject(value)) return value
  const isSecretOperation = Object.entries(value).some(
    ([name, part]) => /^path$/i.test(name) && typeof part === 'string' && secretName.test(part),
  )
  const kept: Record<string, Json> = {}
  for (const [name, part] of Object.entries(value)) {
    const isSecret = secretName.test(name) || (isSecretOperation && /^value$/i.test(name))
    // Flags about secrets are none: password_never_expires.
    kept[name] = isSecret && typeof part !== 'boolean' && part !== null ? redacted : withoutSecrets(part)
  }
  return kept
}

/** An address without the secrets that a parameter names or holds. */
export function addressWithoutSecrets(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parameters = Object.entries(query).map(([name, value = '']) =>
    secretName.test(name) || secretName.test(value)
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
