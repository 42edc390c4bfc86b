const words: Readonly<Record<string, string>> = {
  NotAllowedError: 'It was cancelled, took too long, or this device has no passkey for you. Try again.',
  AbortError: 'It was cancelled. Try again.',
  InvalidStateError: 'This device has a passkey for you already.',
  SecurityError: 'Passkeys do not work at this address. Your help desk knows the right one.',
  NotSupportedError: 'This device cannot make a passkey of the kind that is asked for.',
}

/** Why a browser gave no passkey, in words; the browser's own name for it tells nobody what to do. */
export function passkeyFault(error: unknown): Error {
  const name = error instanceof Error ? error.name : 'NotAllowedError'
  const detail = words[name] ?? 'This browser could not use a passkey. Try again, or use another way.'
  // The hub was not asked, so that nothing came of it: as when it refuses.
  return Object.assign(new Error(detail, { cause: error }), { status: 400, code: 'passkey', detail })
}
