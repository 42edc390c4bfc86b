import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@lockstep/contract/portal/passkey'
import { passkeyFault } from './passkey-fault.ts'

/** True where this browser can make and use passkeys; only pages that came over HTTPS, or from the same machine, may. */
export function knowsPasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis && 'parseCreationOptionsFromJSON' in PublicKeyCredential
}

/** Asks the person for one of their passkeys; rejects with a sentence when none was given. */
export async function answerPasskey(options: PasskeyRequestOptions): Promise<PasskeyAssertion> {
  return (await given(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
  )) as PasskeyAssertion
}

/** Has a passkey made on this device, a phone or a security key; rejects with a sentence when none was made. */
export async function makePasskey(options: PasskeyCreationOptions): Promise<PasskeyAttestation> {
  return (await given(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  )) as PasskeyAttestation
}

async function given(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await ask()
    if (credential instanceof PublicKeyCredential) return credential.toJSON()
  } catch (error) {
    throw passkeyFault(error)
  }
  throw passkeyFault(undefined)
}
