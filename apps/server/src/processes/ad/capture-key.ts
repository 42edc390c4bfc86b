import { createSealingKeys, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { SettingsService } from '../../directory/settings/settings.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'

const purpose = 'password-capture-key'

export interface CaptureKeyOptions {
  readonly settings: Pick<SettingsService, 'keep'>
  readonly vault: Pick<Vault, 'seal' | 'open'>
}

/** The keys with which agents seal what they capture, the same in all hub processes; made when they are first asked for. */
export function captureKeys({ settings, vault }: CaptureKeyOptions): () => Promise<SealingKeys> {
  let known: Promise<SealingKeys> | undefined
  const load = async (): Promise<SealingKeys> => {
    const fresh = await createSealingKeys()
    const sealed = await vault.seal(purpose, Buffer.from(fresh.privateKey))
    const kept = await settings.keep('password_capture_key', { publicKey: fresh.publicKey, sealed })
    return { publicKey: kept.publicKey, privateKey: (await vault.open(purpose, kept.sealed)).toString() }
  }
  return () => {
    known ??= load().catch((error: unknown) => {
      // The next one tries again.
      known = undefined
      throw error
    })
    return known
  }
}
