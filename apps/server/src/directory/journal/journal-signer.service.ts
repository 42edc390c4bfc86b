import { assert } from '@lockstep/kernel/assert'
import { newSigningKeys, signMessage, verifyMessage } from '../../platform/crypto/signatures.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { SettingsService } from '../settings/settings.service.ts'
import type { ChainSigner } from './journal-chain.service.ts'

const purpose = 'journal-signing-key'

/** Signs the journal's blocks with a key that only this hub's master key opens. */
export async function createJournalSigner({
  settings,
  vault,
}: {
  settings: SettingsService
  vault: Vault
}): Promise<ChainSigner> {
  const fresh = newSigningKeys()
  const sealed = await vault.seal(purpose, Buffer.from(fresh.privateKey))
  const kept = await settings.keep('journal_signing_key', { publicKey: fresh.publicKey, sealed })
  const privateKey = (await vault.open(purpose, kept.sealed)).toString()
  assert(privateKey.includes('PRIVATE KEY'), 'the vault holds the journal’s signing key')
  return {
    sign: async (hash) => Buffer.from(signMessage(privateKey, hash), 'base64url'),
    verify: async (hash, signature) => verifyMessage(kept.publicKey, hash, signature.toString('base64url')),
  }
}
